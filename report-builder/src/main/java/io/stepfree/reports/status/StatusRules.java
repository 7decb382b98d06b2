package io.stepfree.reports.status;

import io.stepfree.reporting.document.StorableText;
import io.stepfree.reports.status.ScanStatus.Acceptance;
import io.stepfree.reports.status.ScanStatus.State;
import io.stepfree.reports.status.ScanStatus.StatusFailure;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an event changes in a scan's status. Stateless.
 *
 * <p>Idempotent and monotonic: a doubled or late event changes nothing. A scan has one or more
 * lives, the first and one for each replay of its dead letter. Lives are told apart by {@code
 * replays} and, as only ACCEPTED carries that, by the attempt number, which goes on across lives.
 * Within a life the attempt number and then the state give the order; the events' times do not,
 * because they come from the clocks of several machines.
 */
final class StatusRules {

    private StatusRules() {}

    /** The status after the event; empty when the event changes nothing. */
    static Optional<ScanStatus> after(@Nullable ScanStatus before, ScanEvent event) {
        return switch (event.getKind()) {
            case ACCEPTED -> accepted(before, event);
            case DISPATCHED -> moved(before, event, State.DISPATCHED);
            case RETRYING -> moved(before, event, State.RETRYING);
            // A published report says as well that the scan completed.
            case COMPLETED, REPORT_PUBLISHED -> moved(before, event, State.COMPLETED);
            case DEAD_LETTERED -> moved(before, event, State.DEAD_LETTERED);
            case CANCELLED -> moved(before, event, State.CANCELLED);
            case OVERDUE, BATCH_PROGRESS, LEDGER, UNKNOWN -> Optional.empty();
        };
    }

    private static Optional<ScanStatus> accepted(@Nullable ScanStatus before, ScanEvent event) {
        var request = event.getRequest();
        if (request == null) {
            return before == null
                    ? Optional.of(status(null, event, State.ACCEPTED, null))
                    : Optional.empty();
        }
        var acceptance = acceptance(request, event);
        if (before == null) {
            return Optional.of(status(null, event, State.ACCEPTED, acceptance));
        }
        var known = before.acceptance();
        if (known != null && known.replays() >= acceptance.replays()) {
            return Optional.empty();
        }
        boolean alreadyFurther =
                before.attempt() > acceptance.earlierAttempts()
                        || (known == null && !event.getAt().isAfter(before.updatedAt()));
        return Optional.of(
                alreadyFurther
                        ? new ScanStatus(
                                before.scanId(),
                                before.requestId(),
                                acceptance,
                                before.state(),
                                before.attempt(),
                                before.updatedAt(),
                                before.nextAttemptAt(),
                                before.failure())
                        : status(null, event, State.ACCEPTED, acceptance));
    }

    private static Optional<ScanStatus> moved(
            @Nullable ScanStatus before, ScanEvent event, State state) {
        if (before == null) {
            return Optional.of(status(null, event, state, null));
        }
        return ofAnEarlierLife(before, event) || !further(before, event, state)
                ? Optional.empty()
                : Optional.of(status(before, event, state, before.acceptance()));
    }

    private static boolean ofAnEarlierLife(ScanStatus before, ScanEvent event) {
        var life = before.acceptance();
        // Only a dead letter has another life, so a cancel is always of the last one, also when it
        // comes before the first attempt.
        return life != null
                && life.replays() > 0
                && event.getAttempt() <= life.earlierAttempts()
                && event.getKind() != EventKind.CANCELLED;
    }

    private static boolean further(ScanStatus before, ScanEvent event, State state) {
        int attempt = event.getAttempt();
        if (before.state().ended()) {
            // Only a dead letter has another life; this one's acceptance was not seen, or not yet.
            return before.state() == State.DEAD_LETTERED && attempt > before.attempt();
        }
        // A life ends once, so its end is always news.
        return state.ended()
                || attempt > before.attempt()
                || (attempt == before.attempt() && state.compareTo(before.state()) > 0);
    }

    private static ScanStatus status(
            @Nullable ScanStatus before,
            ScanEvent event,
            State state,
            @Nullable Acceptance acceptance) {
        int attempt = event.getAttempt();
        if (before != null) {
            attempt = Math.max(attempt, before.attempt());
        }
        if (acceptance != null) {
            attempt = Math.max(attempt, acceptance.earlierAttempts());
        }
        return new ScanStatus(
                StorableText.of(event.getScanId()),
                StorableText.of(event.getRequestId()),
                acceptance,
                state,
                attempt,
                event.getAt(),
                state == State.RETRYING ? event.getNextAttemptAt() : null,
                state == State.RETRYING || state == State.DEAD_LETTERED
                        ? failure(event.getFailure())
                        : null);
    }

    private static Acceptance acceptance(ScanRequest request, ScanEvent event) {
        String batch = request.getBatchId();
        return new Acceptance(
                StorableText.of(request.getClient()),
                StorableText.of(request.getUrl()),
                StorableText.of(request.getHost()),
                StorableText.of(request.getStandard()),
                request.getPriority().name().toLowerCase(Locale.ROOT),
                batch == null ? null : StorableText.of(batch),
                request.getSubmittedAt(),
                request.getEarlierAttempts(),
                request.getReplays(),
                event.getAt());
    }

    private static @Nullable StatusFailure failure(@Nullable Failure failure) {
        return failure == null
                ? null
                : new StatusFailure(
                        failure.getType().name().toLowerCase(Locale.ROOT),
                        StorableText.of(failure.getMessage()),
                        failure.getHttpStatus());
    }
}
