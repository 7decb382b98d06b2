package io.stepfree.scheduler.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WorkerCensusTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final WorkerCensus census = new WorkerCensus(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void theSlotsOfAllWorkersHeardOfLatelyAreAddedUp() {
        census.hear(signal("one", 2, NOW));
        census.hear(signal("two", 4, NOW.minusSeconds(9)));
        census.hear(signal("two", 3, NOW.minusSeconds(8)));

        assertThat(census.slots()).isEqualTo(5);
    }

    @Test
    void aWorkerThatWasSilentForTooLongCountsAsGone() {
        census.hear(signal("one", 2, NOW.minusSeconds(11)));

        assertThat(census.slots()).isZero();
    }

    private static ServiceSignal signal(String instance, int slots, Instant at) {
        return ServiceSignal.newBuilder()
                .setService("scan-processor")
                .setInstance(instance)
                .setAt(at)
                .setSlots(slots)
                .setGauges(Map.of())
                .build();
    }
}
