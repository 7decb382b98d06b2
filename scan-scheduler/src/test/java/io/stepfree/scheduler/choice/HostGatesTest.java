package io.stepfree.scheduler.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.scheduler.state.StateSerde;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.HostPace;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts are not closed for longer than they should be when our own clock is set back. */
final class HostGatesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant AN_HOUR_BACK = NOW.minusSeconds(3_600);
    private static final Duration GAP = Duration.ofMillis(100);
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(10);
    private static final String HOST = "example.org";

    private final TopologyTestDriver driver = driver();
    private final HostGates gates =
            new HostGates(driver.getKeyValueStore("hosts"), new HostLimits(2, GAP, LONGEST_QUIET));

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void afterAStepBackAHostOpensWhenItsGapHasPassedAsAlways() {
        gates.sent(HOST, NOW);
        assertThat(gates.open(HOST, NOW)).isFalse();
        assertThat(gates.open(HOST, NOW.plus(GAP))).isTrue();

        assertThat(gates.open(HOST, AN_HOUR_BACK)).isFalse();
        assertThat(gates.open(HOST, AN_HOUR_BACK.plus(GAP))).isTrue();
    }

    @Test
    void afterAStepBackAHostThatAskedForTimeIsLeftAloneNoLongerThanTheBound() {
        gates.failed(
                HOST,
                Failure.newBuilder()
                        .setType(FailureType.HTTP_ERROR)
                        .setMessage("it failed")
                        .setHttpStatus(429)
                        .setRetryAfterMillis(60_000L)
                        .build(),
                NOW.minusSeconds(1),
                NOW);

        assertThat(gates.open(HOST, AN_HOUR_BACK)).isFalse();
        assertThat(gates.open(HOST, AN_HOUR_BACK.plus(LONGEST_QUIET).minusMillis(1))).isFalse();
        assertThat(gates.open(HOST, AN_HOUR_BACK.plus(LONGEST_QUIET))).isTrue();
    }

    private static TopologyTestDriver driver() {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "hosts-under-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        var topology = new Topology();
        topology.addSource(
                "records", new ByteArrayDeserializer(), new ByteArrayDeserializer(), "records");
        topology.addProcessor("nothing", Idle::new, "records");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("hosts"),
                        Serdes.String(),
                        StateSerde.of(HostPace.class)),
                "nothing");
        return new TopologyTestDriver(topology, settings);
    }

    /** It is only the store that is wanted. */
    private static final class Idle implements Processor<byte[], byte[], byte[], byte[]> {

        @Override
        public void process(Record<byte[], byte[]> record) {
            // Nothing comes.
        }
    }
}
