package io.stepfree.platform.streams;

import static io.stepfree.platform.kafka.RunningPlatform.event;
import static io.stepfree.platform.kafka.RunningPlatform.headers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.Cable;
import io.stepfree.platform.kafka.RunningPlatform;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topology treats a record that cannot be decoded as every other reader does. */
final class UndecodableRecordsInStreamsTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(60);

    private static TestKafka kafka;
    private static RunningPlatform platform;
    @TempDir private static Path state;

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state);
    }

    @AfterAll
    static void stop() {
        platform.close();
        kafka.close();
    }

    @Test
    void itIsKeptAsItCameAndTheNextRecordIsProcessed() {
        String scanId = UUID.randomUUID().toString();
        byte[] good = platform.encoded(event(scanId, EventKind.ACCEPTED));
        byte[] value = Arrays.copyOf(good, good.length - 4);
        List<ScanEvent> seen = new CopyOnWriteArrayList<>();

        RecordMetadata at = platform.write(scanId, value);
        platform.publish(event(scanId, EventKind.COMPLETED));
        StreamsRunner streams = streams(platform, scanId, seen);
        streams.start();
        try {
            await().atMost(LONG_ENOUGH)
                    .untilAsserted(() ->
                            assertThat(seen)
                                    .extracting(ScanEvent::getKind)
                                    .containsExactly(EventKind.COMPLETED));
            await().atMost(LONG_ENOUGH).until(() -> !platform.keptFrom(at).isEmpty());
        } finally {
            streams.stop();
        }

        assertThat(platform.keptFrom(at))
                .singleElement()
                .satisfies(kept -> {
                    assertThat(kept.key()).isEqualTo(scanId);
                    assertThat(kept.value()).isEqualTo(value);
                    assertThat(headers(kept))
                            .containsEntry(
                                    Topics.Unreadable.EXCEPTION,
                                    UndecodableRecordException.class.getName())
                            .containsEntry(RequestId.RECORD_HEADER, "request-of-" + scanId)
                            .containsEntry(
                                    RunningPlatform.FOREIGN_HEADER, RunningPlatform.FOREIGN_VALUE);
                    assertThat(headers(kept).get(Topics.Unreadable.MESSAGE))
                            .contains("a record of scan.events");
                });
    }

    @Test
    void withoutARegistryItWaitsAndPutsNoGoodRecordAside() throws IOException {
        String scanId = UUID.randomUUID().toString();
        List<ScanEvent> seen = new CopyOnWriteArrayList<>();
        RecordMetadata at = platform.publish(event(scanId, EventKind.ACCEPTED));

        try (var cable = Cable.to(TestRegistry.shared().url());
                // Knows no schema yet, so it must ask.
                var forgetful = RunningPlatform.start(kafka, cable.address(), state)) {
            cable.cut();
            StreamsRunner streams = streams(forgetful, scanId, seen);
            streams.start();
            try {
                await().during(Duration.ofSeconds(5))
                        .atMost(LONG_ENOUGH)
                        .until(() -> seen.isEmpty() && platform.keptFrom(at).isEmpty());
                cable.mend();
                await().atMost(LONG_ENOUGH).until(() -> seen.size() == 1);
            } finally {
                streams.stop();
            }
        }

        assertThat(platform.keptFrom(at)).isEmpty();
    }

    private static StreamsRunner streams(
            RunningPlatform platform, String scanId, List<ScanEvent> seen) {
        var builder = new StreamsBuilder();
        builder.stream(
                        Topics.SCAN_EVENTS.name(),
                        Consumed.with(Serdes.String(), platform.serdes().serde(Topics.SCAN_EVENTS)))
                .foreach((key, event) -> {
                    if (event.getScanId().equals(scanId)) {
                        seen.add(event);
                    }
                });
        return new StreamsRunner(
                "streams-" + scanId,
                builder.build(),
                new StreamsSettings(platform.settings(), platform.properties()));
    }
}
