package io.stepfree.scheduler.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WorkerCensusTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final SetClock clock = new SetClock();
    private final WorkerCensus census = new WorkerCensus("scan-scheduler-1", clock);

    @Test
    void theSlotsOfAllWorkersHeardOfLatelyAreAddedUp() {
        census.hear(signal("one", 2, NOW));
        census.hear(signal("two", 4, NOW.minusSeconds(9)));
        census.hear(signal("two", 3, NOW.minusSeconds(8)));

        assertThat(census.slots()).isEqualTo(5);
    }

    @Test
    void theLastWordOfAWorkerThatIsLongGoneDoesNotCount() {
        census.hear(signal("one", 2, NOW.minusSeconds(11)));

        assertThat(census.slots()).isZero();
    }

    @Test
    void aWorkerThatWasSilentForTooLongCountsAsGone() {
        census.hear(signal("one", 2, NOW));
        clock.now = NOW.plusSeconds(11);

        assertThat(census.slots()).isZero();
    }

    @Test
    void aWorkerWhoseClockIsWrongCountsOnceItIsHeardAgain() {
        census.hear(signal("behind", 2, NOW.minusSeconds(3_600)));
        census.hear(signal("behind", 2, NOW.minusSeconds(3_598)));
        census.hear(signal("ahead", 1, NOW.plusSeconds(3_600)));
        census.hear(signal("ahead", 1, NOW.plusSeconds(3_602)));
        assertThat(census.slots()).isEqualTo(3);

        clock.now = NOW.plusSeconds(11);
        assertThat(census.slots()).isZero();
    }

    @Test
    void aWorkerWhoseClockStepsBackStaysThere() {
        census.hear(signal("one", 2, NOW));
        clock.now = NOW.plusSeconds(11);
        census.hear(signal("one", 3, NOW.minusSeconds(3_600)));

        assertThat(census.slots()).isEqualTo(3);
    }

    @Test
    void aWorkerThatWasSilentForAnHourIsForgotten() {
        census.hear(signal("one", 2, NOW));
        clock.now = NOW.plusSeconds(3_601);
        census.hear(signal("two", 4, clock.now));
        assertThat(census.slots()).isEqualTo(4);

        census.hear(signal("one", 2, NOW.plusSeconds(2)));
        assertThat(census.slots()).as("an old word of one that is not known").isEqualTo(4);
    }

    @Test
    void theSameSignalDeliveredAgainIsNoSignOfLife() {
        census.hear(signal("gone", 2, NOW.minusSeconds(3_600)));
        census.hear(signal("gone", 2, NOW.minusSeconds(3_600)));

        assertThat(census.slots()).isZero();
    }

    @Test
    void otherServicesHaveNoSlots() {
        census.hear(
                ServiceSignal.newBuilder(signal("one", 2, NOW))
                        .setService("dlq-processor")
                        .build());

        assertThat(census.slots()).isZero();
    }

    private static final class SetClock extends Clock {
        private Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
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
