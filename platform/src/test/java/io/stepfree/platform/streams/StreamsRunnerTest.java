package io.stepfree.platform.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RunningPlatform;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamsRunnerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String APPLICATION = "streams-under-test";
    private static final String STORE = "counts";

    private final AtomicInteger opened = new AtomicInteger();
    private volatile Duration setBack = Duration.ZERO;

    @Test
    void whenTheClockIsSetBackTheTopologyBeginsAnew(@TempDir Path state) {
        try (var kafka = TestKafka.start();
                var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state)) {
            StreamsRunner runner = runner(platform);
            runner.start();
            try {
                await().atMost(PATIENCE).until(() -> runner.processing() && allOpened(1));
                setBack = Duration.ofHours(1);
                await().atMost(PATIENCE).until(() -> runner.processing() && allOpened(2));
                assertThat(runner.isRunning()).isTrue();
            } finally {
                runner.stop();
            }
            assertThat(runner.isRunning()).isFalse();
        }
    }

    @Test
    void whatAStoreWritesDownIsCompactedInSmallSegments(@TempDir Path state) throws Exception {
        try (var kafka = TestKafka.start();
                var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
                var admin = Admin.create(platform.settings().common())) {
            StreamsRunner runner = runner(platform);
            runner.start();
            try {
                await().atMost(PATIENCE).until(runner::processing);
            } finally {
                runner.stop();
            }

            var changelog =
                    new ConfigResource(
                            ConfigResource.Type.TOPIC,
                            "%s-%s-changelog".formatted(APPLICATION, STORE));
            var config =
                    admin.describeConfigs(List.of(changelog))
                            .all()
                            .get()
                            .values()
                            .iterator()
                            .next();
            assertThat(config.get("segment.bytes").value()).isEqualTo("67108864");
            assertThat(config.get("min.cleanable.dirty.ratio").value()).isEqualTo("0.2");
            assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
        }
    }

    private boolean allOpened(int times) {
        return opened.get() >= times * Topics.SCAN_EVENTS.partitions();
    }

    private StreamsRunner runner(RunningPlatform platform) {
        return new StreamsRunner(
                APPLICATION,
                topology(),
                new StreamsSettings(platform.settings(), platform.properties()),
                Map.of(),
                () -> Instant.now().minus(setBack));
    }

    private Topology topology() {
        var builder = new StreamsBuilder();
        builder.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long()));
        builder.stream(
                        Topics.SCAN_EVENTS.name(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .process(Opening::new, STORE);
        return builder.build();
    }

    /** Counts how often a partition is opened. */
    private final class Opening implements Processor<String, byte[], String, byte[]> {

        @Override
        public void init(ProcessorContext<String, byte[]> context) {
            opened.incrementAndGet();
        }

        @Override
        public void process(Record<String, byte[]> record) {
            // It is only about being there.
        }
    }
}
