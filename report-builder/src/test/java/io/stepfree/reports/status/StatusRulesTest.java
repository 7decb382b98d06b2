package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reports.status.ScanStatus.State;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StatusRulesTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    /**
     * Two attempts, a dead letter, a replay and a third attempt that completes, as they follow in
     * the topic.
     */
    private static final List<ScanEvent> HISTORY =
            List.of(
                    accepted(0, 0, 0),
                    event(EventKind.DISPATCHED, 1, 1),
                    event(EventKind.RETRYING, 1, 2),
                    event(EventKind.DISPATCHED, 2, 4),
                    event(EventKind.DEAD_LETTERED, 2, 5),
                    accepted(1, 2, 60),
                    event(EventKind.DISPATCHED, 3, 61),
                    event(EventKind.COMPLETED, 3, 62),
                    event(EventKind.REPORT_PUBLISHED, 3, 63));

    @Test
    void eachEventInTurnMovesTheStateOn() {
        var states = new ArrayList<State>();
        ScanStatus status = null;
        for (var event : HISTORY) {
            status = project(status, event);
            states.add(status.state());
        }
        assertThat(states)
                .containsExactly(
                        State.ACCEPTED,
                        State.DISPATCHED,
                        State.RETRYING,
                        State.DISPATCHED,
                        State.DEAD_LETTERED,
                        State.ACCEPTED,
                        State.DISPATCHED,
                        State.COMPLETED,
                        State.COMPLETED);
    }

    @Test
    void anyRedeliveryOfEarlierEventsChangesNothing() {
        ScanStatus status = null;
        for (int told = 0; told < HISTORY.size(); told++) {
            status = project(status, HISTORY.get(told));
            for (var again : HISTORY.subList(0, told + 1)) {
                assertThat(StatusRules.after(status, again))
                        .as("%s again", again.getKind())
                        .isEmpty();
            }
        }
    }

    @Test
    void theEndIsTheSameInWhateverOrderTheEventsOfOneLifeCome() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var shuffled = new ArrayList<>(HISTORY.subList(0, 5));
            Collections.shuffle(shuffled, random);
            var status = projected(shuffled);
            assertThat(status.state()).isEqualTo(State.DEAD_LETTERED);
            assertThat(status.attempt()).isEqualTo(2);
            assertThat(status.acceptance()).isNotNull();
            assertThat(status.failure()).isNotNull();
        }
    }

    @Test
    void aReplayBeginsANewLifeAndLateEventsOfTheOldOneAreIgnored() {
        var reborn = projected(HISTORY.subList(0, 6));
        assertThat(reborn.state()).isEqualTo(State.ACCEPTED);
        assertThat(reborn.attempt()).isEqualTo(2);
        assertThat(reborn.failure()).isNull();
        for (var late : HISTORY.subList(0, 5)) {
            assertThat(StatusRules.after(reborn, late)).isEmpty();
        }
    }

    @Test
    void aScanWhoseAcceptanceWasNeverSeenIsKeptWithWhatIsKnown() {
        var retrying = projected(List.of(event(EventKind.RETRYING, 1, 2)));
        assertThat(retrying.state()).isEqualTo(State.RETRYING);
        assertThat(retrying.requestId()).isEqualTo("req-1");
        assertThat(retrying.acceptance()).isNull();
        assertThat(retrying.nextAttemptAt()).isEqualTo(START.plusSeconds(4));
        assertThat(Objects.requireNonNull(retrying.failure()).type()).isEqualTo("http_error");
        assertThat(projected(List.of(event(EventKind.REPORT_PUBLISHED, 3, 63))).state())
                .isEqualTo(State.COMPLETED);
    }

    @Test
    void anAcceptanceThatComesLateFillsInTheRequestAndNothingElse() {
        var status = projected(List.of(event(EventKind.DISPATCHED, 1, 1), accepted(0, 0, 0)));
        assertThat(status.state()).isEqualTo(State.DISPATCHED);
        assertThat(status.updatedAt()).isEqualTo(START.plusSeconds(1));
        assertThat(Objects.requireNonNull(status.acceptance()).url())
                .isEqualTo("http://shop.example/offers");
    }

    @Test
    void aNewLifeSupersedesAlsoWhenItsAcceptanceWasNotSeen() {
        var dead = projected(HISTORY.subList(0, 5));
        assertThat(project(dead, event(EventKind.DISPATCHED, 3, 61)).state())
                .isEqualTo(State.DISPATCHED);
        assertThat(project(dead, event(EventKind.COMPLETED, 3, 62)).state())
                .isEqualTo(State.COMPLETED);
    }

    @Test
    void aScanMayBeCancelledInAnyOpenStateButNotAfterItsEnd() {
        var cancelled = event(EventKind.CANCELLED, 0, 100);
        assertThat(project(projected(HISTORY.subList(0, 1)), cancelled).state())
                .isEqualTo(State.CANCELLED);
        assertThat(project(projected(HISTORY.subList(0, 3)), cancelled).attempt()).isEqualTo(1);
        assertThat(project(projected(HISTORY.subList(0, 6)), cancelled).state())
                .isEqualTo(State.CANCELLED);
        assertThat(StatusRules.after(projected(HISTORY.subList(0, 5)), cancelled)).isEmpty();
        assertThat(StatusRules.after(projected(HISTORY), cancelled)).isEmpty();
    }

    @Test
    void aReplayedScanMayBeCancelledBeforeItsFirstAttemptWhateverTheClocksSay() {
        var reborn = projected(HISTORY.subList(0, 6));

        assertThat(project(reborn, event(EventKind.CANCELLED, 2, 59)).state())
                .isEqualTo(State.CANCELLED);
    }

    @Test
    void aClockThatWasSetBackDoesNotHideTheEnd() {
        var dispatched = projected(HISTORY.subList(0, 4));
        assertThat(project(dispatched, event(EventKind.COMPLETED, 2, -30)).state())
                .isEqualTo(State.COMPLETED);
    }

    @Test
    void theFailureGoesWhenTheNextAttemptBegins() {
        var again = projected(HISTORY.subList(0, 4));
        assertThat(again.failure()).isNull();
        assertThat(again.nextAttemptAt()).isNull();
    }

    @Test
    void aKindOfANewerVersionChangesNothing() {
        assertThat(StatusRules.after(null, event(EventKind.UNKNOWN, 1, 1))).isEmpty();
    }

    private static ScanStatus projected(List<ScanEvent> events) {
        ScanStatus status = null;
        for (var event : events) {
            status = project(status, event);
        }
        return Objects.requireNonNull(status);
    }

    private static ScanStatus project(@Nullable ScanStatus before, ScanEvent event) {
        var after = StatusRules.after(before, event);
        return after.orElseGet(() -> Objects.requireNonNull(before));
    }

    private static ScanEvent accepted(int replays, int earlierAttempts, int second) {
        return ScanEvent.newBuilder(event(EventKind.ACCEPTED, 0, second))
                .setRequest(
                        ScanRequest.newBuilder(SampleResults.request("scan-1", "req-1"))
                                .setReplays(replays)
                                .setEarlierAttempts(earlierAttempts)
                                .build())
                .build();
    }

    private static ScanEvent event(EventKind kind, int attempt, int second) {
        boolean failed = kind == EventKind.RETRYING || kind == EventKind.DEAD_LETTERED;
        return ScanEvent.newBuilder()
                .setScanId("scan-1")
                .setRequestId("req-1")
                .setKind(kind)
                .setAttempt(attempt)
                .setAt(START.plusSeconds(second))
                .setFailure(
                        failed
                                ? Failure.newBuilder()
                                        .setType(FailureType.HTTP_ERROR)
                                        .setMessage("The page answered with status 503.")
                                        .setHttpStatus(503)
                                        .build()
                                : null)
                .setNextAttemptAt(kind == EventKind.RETRYING ? START.plusSeconds(second + 2) : null)
                .build();
    }
}
