package io.stepfree.gateway.scans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.health.QueueWatch;
import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class QueueBoundTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final SignalBoard signals = new SignalBoard(() -> now);
    private final QueueBound bound = new QueueBound(new QueueWatch(signals), 100);

    @Test
    void aQueueOfWhichNothingIsKnownIsNotFull() {
        assertThatCode(bound::admit).doesNotThrowAnyException();

        hear("scheduler-1", Map.of());
        assertThatCode(bound::admit).doesNotThrowAnyException();
    }

    @Test
    void asManyAsMayWaitAreNotTooMany() {
        hear("scheduler-1", waiting(100));

        assertThatCode(bound::admit).doesNotThrowAnyException();
    }

    @Test
    void theScansOfAllSchedulersCount() {
        hear("scheduler-1", waiting(60));
        hear("scheduler-2", waiting(41));

        assertThatThrownBy(bound::admit)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.type()).isEqualTo(ProblemType.QUEUE_FULL))
                .hasMessageStartingWith("101 scans wait for a worker, and no more than 100 may.");
    }

    @Test
    void aFullQueueOfWhichNothingIsHeardAnyMoreStaysFull() {
        hear("scheduler-1", waiting(101));
        now = START.plus(Duration.ofHours(1));

        assertThatThrownBy(bound::admit).isInstanceOf(ProblemException.class);
    }

    private static Map<String, Double> waiting(double scans) {
        return Map.of("stepfree.scheduler.ledger.waiting", scans);
    }

    private void hear(String instance, Map<String, Double> gauges) {
        signals.hear(
                ServiceSignal.newBuilder()
                        .setService(ServiceNames.SCHEDULER)
                        .setInstance(instance)
                        .setAt(now)
                        .setSlots(0)
                        .setGauges(gauges)
                        .setVersion("1")
                        .setStartedAt(START)
                        .build());
    }
}
