package io.stepfree.platform.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RunningPlatform;
import io.stepfree.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StreamsRecoveryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private volatile boolean fails = true;

    @Test
    void aTopologyThatHasStoppedUnaskedIsStartedAnew(@TempDir Path state) {
        try (var kafka = TestKafka.start();
                var platform = RunningPlatform.start(kafka, TestRegistry.shared().url(), state)) {
            StreamsRunner runner = runner(platform);
            var recovery = new StreamsRecovery(runner);
            assertThat(recovery.isNeeded()).as("it was not started yet").isFalse();
            runner.start();
            try {
                await().atMost(PATIENCE).until(runner::processing);
                assertThat(recovery.isNeeded()).isFalse();

                platform.write("poison", new byte[] {1});
                await().dontCatchUncaughtExceptions()
                        .atMost(PATIENCE)
                        .until(() -> runner.state() == KafkaStreams.State.ERROR);
                assertThat(recovery.isNeeded()).isTrue();

                fails = false;
                assertThat(recovery.recover()).isEqualTo("The topology was started anew.");
                await().atMost(PATIENCE).until(runner::processing);
                assertThat(recovery.isNeeded()).isFalse();
            } finally {
                runner.stop();
            }
            assertThat(recovery.isNeeded()).as("it was stopped on purpose").isFalse();
            recovery.recover();
            assertThat(runner.isRunning()).as("and is not started by that").isFalse();
        }
    }

    private StreamsRunner runner(RunningPlatform platform) {
        return new StreamsRunner(
                "recovery-under-test",
                topologyThatFailsAsAWhole(),
                new StreamsSettings(platform.settings(), platform.properties()));
    }

    /** Kafka Streams does not replace the thread of a global store, but gives up. */
    private Topology topologyThatFailsAsAWhole() {
        var builder = new StreamsBuilder();
        builder.addGlobalStore(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("everywhere"),
                        Serdes.String(),
                        Serdes.ByteArray()),
                Topics.SCAN_EVENTS.name(),
                Consumed.with(Serdes.String(), Serdes.ByteArray()),
                Failing::new);
        builder.stream(
                        Topics.SCAN_RESULTS.name(),
                        Consumed.with(Serdes.String(), Serdes.ByteArray()))
                .foreach((_, _) -> {});
        return builder.build();
    }

    private final class Failing implements Processor<String, byte[], Void, Void> {

        @Override
        public void process(Record<String, byte[]> record) {
            if (fails) {
                throw new IllegalStateException("poisoned");
            }
        }
    }
}
