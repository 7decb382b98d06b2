package io.stepfree.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.recovery.ConsumerRecovery;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;

final class ConsumerRecoveryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestKafka kafka;
    private static RunningPlatform platform;

    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private volatile boolean fatal;

    @BeforeAll
    static void start(@TempDir Path state) {
        kafka = TestKafka.start();
        platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
    }

    @AfterAll
    static void stop() {
        platform.close();
        kafka.close();
    }

    @Test
    void aListenerWhoseThreadDiedIsStartedAnewAndGoesOnWhereItWas() {
        var listener =
                platform.listeners()
                        .listener(
                                Topics.SCAN_EVENTS,
                                "listener",
                                (event, _) -> {
                                    dieIfFatal();
                                    heard.add(event.getScanId());
                                });
        var recovery = new ConsumerRecovery(() -> List.of(listener));
        assertThat(recovery.isNeeded()).as("it was not started yet").isFalse();
        listener.start();
        try {
            hear("before");
            assertThat(recovery.isNeeded()).isFalse();

            fatal = true;
            platform.publish(RunningPlatform.event("deadly", EventKind.DISPATCHED));
            await().atMost(PATIENCE).until(recovery::isNeeded);
            assertThat(recovery.isWorkStopped()).isTrue();

            fatal = false;
            assertThat(recovery.recover()).isEqualTo("Listeners that were started anew: listener.");
            await().atMost(PATIENCE).until(() -> heard.contains("deadly"));
            assertThat(recovery.isNeeded()).isFalse();
        } finally {
            listener.stop();
        }
        assertThat(recovery.isNeeded()).as("it was stopped on purpose").isFalse();
    }

    @Test
    void whatOnlyKeepsSomethingInMemoryStopsNoWorkWhenItDies() {
        assertThat(
                        stopsWork(
                                platform.listeners()
                                        .follower(
                                                Topics.SCAN_EVENTS,
                                                "follower",
                                                (_, _) -> dieIfFatal())))
                .isFalse();
    }

    @Test
    void whoHearsNoNewsAnyMoreDoesNotWork() {
        assertThat(
                        stopsWork(
                                platform.listeners()
                                        .newsFollower(
                                                Topics.SCAN_EVENTS,
                                                "news",
                                                (_, _) -> dieIfFatal())))
                .isTrue();
    }

    @Test
    void aFollowerThatIsStartedAnewBeginsWhereItsHandlerIs() {
        platform.publish(RunningPlatform.event("old", EventKind.DISPATCHED));
        var next = new ConcurrentHashMap<Integer, Long>();
        var starts = new ConcurrentHashMap<Integer, Long>();
        try (var probe = TopicProbe.raw(kafka, Topics.SCAN_EVENTS.name())) {
            probe.received()
                    .forEach(record ->
                            starts.merge(record.partition(), record.offset() + 1, Math::max));
        }
        var told = new CopyOnWriteArrayList<String>();
        var follower =
                platform.listeners()
                        .follower(
                                Topics.SCAN_EVENTS,
                                "follower-from",
                                (event, record) -> {
                                    next.put(record.partition(), record.offset() + 1);
                                    told.add(event.getScanId());
                                },
                                partition ->
                                        next.getOrDefault(
                                                partition, starts.getOrDefault(partition, 0L)));
        follower.start();
        try {
            platform.publish(RunningPlatform.event("first", EventKind.DISPATCHED));
            await().atMost(PATIENCE).until(() -> told.contains("first"));
            follower.stop();
            platform.publish(RunningPlatform.event("second", EventKind.DISPATCHED));
            follower.start();
            await().atMost(PATIENCE).until(() -> told.contains("second"));
            assertThat(told).containsExactly("first", "second");
        } finally {
            follower.stop();
        }
    }

    /** Whether it says so of a listener that has died. */
    private boolean stopsWork(ConcurrentMessageListenerContainer<byte[], byte[]> listener) {
        var recovery = new ConsumerRecovery(() -> List.of(listener));
        listener.start();
        try {
            fatal = true;
            await().atMost(PATIENCE)
                    .until(() -> {
                        platform.publish(RunningPlatform.event("deadly", EventKind.DISPATCHED));
                        return recovery.isNeeded();
                    });
            return recovery.isWorkStopped();
        } finally {
            listener.stop();
        }
    }

    @Test
    void whatWasStoppedOnPurposeIsLeftAloneAndNamed() {
        ConcurrentMessageListenerContainer<byte[], byte[]> idle = idle("idle");
        ConcurrentMessageListenerContainer<byte[], byte[]> works = idle("works");
        var recovery = new ConsumerRecovery(() -> List.of(idle, works));
        works.start();
        try {
            assertThat(recovery.recover())
                    .isEqualTo(
                            "Listeners that were started anew: works; left alone, as they were stopped on purpose: idle.");
            assertThat(works.isRunning()).isTrue();
            assertThat(idle.isRunning()).isFalse();
        } finally {
            works.stop();
        }
    }

    private static ConcurrentMessageListenerContainer<byte[], byte[]> idle(String name) {
        return platform.listeners().newsFollower(Topics.SCAN_EVENTS, name, (_, _) -> {});
    }

    private void hear(String scanId) {
        platform.publish(RunningPlatform.event(scanId, EventKind.DISPATCHED));
        await().atMost(PATIENCE).until(() -> heard.contains(scanId));
    }

    /* What no container survives, as when the memory is used up. */
    private void dieIfFatal() {
        if (fatal) {
            throw new AssertionError("the thread of the listener dies of this");
        }
    }
}
