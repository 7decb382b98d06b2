package io.stepfree.platform.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.ops.HealthState;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StreamsProbeTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private KafkaStreams.State state = KafkaStreams.State.RUNNING;
    private final StreamsProbe probe = new StreamsProbe(() -> state, () -> now);

    @Test
    void aRebalanceOfSomeSecondsIsNoTrouble() {
        for (int i = 0; i < 10; i++) {
            state = KafkaStreams.State.REBALANCING;
            later(StreamsProbe.USUAL.minusSeconds(1));
            assertThat(look()).isEqualTo(HealthState.UP);
            state = KafkaStreams.State.RUNNING;
            assertThat(look()).isEqualTo(HealthState.UP);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"REBALANCING", "CREATED", "PENDING_SHUTDOWN", "NOT_RUNNING"})
    void oneThatLastsIsDegradedAndThenDown(KafkaStreams.State lasting) {
        look();
        state = lasting;
        later(StreamsProbe.USUAL);
        assertThat(look()).isEqualTo(HealthState.DEGRADED);
        later(StreamsProbe.TOO_LONG);
        assertThat(look()).isEqualTo(HealthState.DOWN);
        assertThat(probe.look().detail()).endsWith("since 2026-01-01T00:00:00Z.");
        state = KafkaStreams.State.RUNNING;
        assertThat(look()).isEqualTo(HealthState.UP);
    }

    @Test
    void aTopologyThatHasFailedIsDownAtOnceAndTheServiceNotReady() {
        state = KafkaStreams.State.ERROR;
        assertThat(look()).isEqualTo(HealthState.DOWN);
        assertThat(probe.needed()).isTrue();
    }

    private HealthState look() {
        return probe.look().state();
    }

    private void later(Duration time) {
        now = now.plus(time);
    }
}
