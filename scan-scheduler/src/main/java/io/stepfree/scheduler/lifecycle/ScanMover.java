package io.stepfree.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import io.stepfree.platform.request.RequestId;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.scheduler.retry.RetryVerdict;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Phase;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.ScanState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Moves scans from one phase to the next, and says so on the topics. The only place where a scan's
 * state changes.
 *
 * <p>A command counts once for each life of a scan: its replay number tells a doubled command from
 * a new replay. An outcome counts only for the attempt last dispatched, and only once. So everyone
 * downstream sees each life of a scan end once.
 */
final class ScanMover implements Processor<String, SpecificRecord, String, SpecificRecord> {

    private static final Duration TICK = Duration.ofMillis(100);

    private final RetryPolicy retries;
    private final DispatchLimits limits;
    private final TransitionMeters meters;

    private @Nullable ProcessorContext<String, SpecificRecord> context;
    private @Nullable KeyValueStore<String, ScanState> scans;
    private @Nullable Agenda agenda;
    private @Nullable WaitingScans waiting;
    private int dispatched;

    ScanMover(RetryPolicy retries, DispatchLimits limits, TransitionMeters meters) {
        this.retries = retries;
        this.limits = limits;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> initialised) {
        context = initialised;
        scans = initialised.getStateStore(SchedulerTopology.SCANS);
        agenda = new Agenda(initialised.getStateStore(SchedulerTopology.AGENDA));
        waiting =
                new WaitingScans(
                        initialised.getStateStore(SchedulerTopology.WAITING), limits.lowShare());
        dispatched = countDispatched();
        initialised.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick());
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        switch (record.value()) {
            case ScanCommand command -> carryOut(command);
            case ScanAttempt attempt -> take(attempt);
            case null, default -> meters.ignoredCommand();
        }
        dispatchWhatFits();
    }

    private void carryOut(ScanCommand command) {
        switch (command.getKind()) {
            case SUBMIT -> submit(requireNonNull(command.getRequest()));
            case CANCEL -> cancel(command.getScanId());
            case CANCEL_BATCH, UNKNOWN ->
                    throw new IllegalStateException(
                            "UnderstoodCommands lets none of these through");
        }
    }

    private void submit(ScanRequest request) {
        if (!isNewLife(request)) {
            meters.ignoredCommand();
            return;
        }
        ScanState accepted =
                ScanState.newBuilder()
                        .setPhase(Phase.WAITING)
                        .setRequest(request)
                        .setAttempt(request.getEarlierAttempts())
                        .setReplays(request.getReplays())
                        .setDueAt(now())
                        .setFailures(List.of())
                        .build();
        forgetReminder(request.getScanId());
        scans().put(request.getScanId(), accepted);
        waiting().add(request);
        meters.accepted();
        tell(request, EventKind.ACCEPTED, request.getEarlierAttempts(), null, null);
    }

    private boolean isNewLife(ScanRequest request) {
        ScanState known = scans().get(request.getScanId());
        return known == null
                || (known.getPhase() == Phase.ENDED && request.getReplays() > known.getReplays());
    }

    private void forgetReminder(String scanId) {
        ScanState known = scans().get(scanId);
        if (known != null) {
            agenda().remove(known.getDueAt(), scanId);
        }
    }

    private void cancel(String scanId) {
        ScanState state = scans().get(scanId);
        if (state == null || state.getPhase() == Phase.ENDED) {
            meters.ignoredCommand();
            return;
        }
        ScanRequest request = requireNonNull(state.getRequest());
        leave(state, request);
        end(state, request);
        meters.cancelled();
        tell(request, EventKind.CANCELLED, state.getAttempt(), null, null);
    }

    private void take(ScanAttempt outcome) {
        ScanState state = scans().get(outcome.getScanId());
        if (state == null
                || state.getPhase() != Phase.DISPATCHED
                || state.getAttempt() != outcome.getAttempt()) {
            meters.fencedOutcome();
            return;
        }
        ScanRequest request = requireNonNull(state.getRequest());
        leave(state, request);
        if (outcome.getPage() != null) {
            complete(state, request, outcome);
        } else {
            fail(
                    state,
                    request,
                    AttemptFailure.newBuilder()
                            .setAttempt(outcome.getAttempt())
                            .setWorker(outcome.getWorker())
                            .setStartedAt(outcome.getStartedAt())
                            .setFailedAt(outcome.getEndedAt())
                            .setFailure(failureOf(outcome))
                            .build());
        }
    }

    private static Failure failureOf(ScanAttempt outcome) {
        return outcome.getFailure() != null
                ? outcome.getFailure()
                : Failure.newBuilder()
                        .setType(FailureType.ENGINE_ERROR)
                        .setMessage("the worker told neither a result nor a failure")
                        .build();
    }

    private void complete(ScanState state, ScanRequest request, ScanAttempt outcome) {
        ScanResult result =
                ScanResult.newBuilder()
                        .setRequest(request)
                        .setAttempt(outcome.getAttempt())
                        .setWorker(outcome.getWorker())
                        .setStartedAt(outcome.getStartedAt())
                        .setCompletedAt(outcome.getEndedAt())
                        .setEarlierFailures(state.getFailures())
                        .setPage(outcome.getPage())
                        .build();
        end(state, request);
        meters.completed();
        send(SchedulerTopology.RESULTS, request.getHost(), result, request);
        tell(request, EventKind.COMPLETED, outcome.getAttempt(), null, null);
    }

    private void fail(ScanState state, ScanRequest request, AttemptFailure newest) {
        var failures = new ArrayList<>(state.getFailures());
        failures.add(newest);
        switch (retries.decide(newest.getFailure(), failures.size())) {
            case RetryVerdict.Retry(Duration delay) ->
                    planRetry(state, request, failures, newest.getFailure(), delay);
            case RetryVerdict.GiveUp(DeathCause cause) ->
                    giveUp(state, request, failures, newest.getFailure(), cause);
        }
    }

    private void planRetry(
            ScanState state,
            ScanRequest request,
            List<AttemptFailure> failures,
            Failure newest,
            Duration delay) {
        Instant due = now().plus(delay);
        scans().put(
                        request.getScanId(),
                        ScanState.newBuilder(state)
                                .setPhase(Phase.RETRYING)
                                .setDueAt(due)
                                .setFailures(failures)
                                .build());
        agenda().add(due, request.getScanId());
        meters.retried();
        tell(request, EventKind.RETRYING, state.getAttempt(), newest, due);
    }

    private void giveUp(
            ScanState state,
            ScanRequest request,
            List<AttemptFailure> failures,
            Failure newest,
            DeathCause cause) {
        DeadLetter letter =
                DeadLetter.newBuilder()
                        .setRequest(request)
                        .setFailures(failures)
                        .setCause(cause)
                        .setDiedAt(now())
                        .build();
        end(state, request);
        meters.deadLettered();
        send(SchedulerTopology.DEAD_LETTERS, request.getHost(), letter, request);
        tell(request, EventKind.DEAD_LETTERED, state.getAttempt(), newest, null);
    }

    /** Looks at every scan whose moment has come, then hands out what fits. */
    private void tick() {
        for (String scanId : agenda().takeDue(now())) {
            ScanState state = scans().get(scanId);
            if (state != null && !state.getDueAt().isAfter(now())) {
                comeDue(scanId, state);
            }
        }
        dispatchWhatFits();
    }

    private void comeDue(String scanId, ScanState state) {
        switch (state.getPhase()) {
            case RETRYING -> waitAgain(state, requireNonNull(state.getRequest()));
            case DISPATCHED -> lose(state, requireNonNull(state.getRequest()));
            case ENDED -> scans().delete(scanId);
            case WAITING, UNKNOWN -> {
                // An old reminder: nothing to do.
            }
        }
    }

    private void waitAgain(ScanState state, ScanRequest request) {
        scans().put(
                        request.getScanId(),
                        ScanState.newBuilder(state).setPhase(Phase.WAITING).build());
        waiting().add(request);
    }

    private void lose(ScanState state, ScanRequest request) {
        dispatched--;
        meters.lost();
        fail(
                state,
                request,
                AttemptFailure.newBuilder()
                        .setAttempt(state.getAttempt())
                        .setWorker("")
                        .setStartedAt(state.getDueAt().minus(limits.jobDeadline()))
                        .setFailedAt(now())
                        .setFailure(
                                Failure.newBuilder()
                                        .setType(FailureType.LOST)
                                        .setMessage(
                                                "nothing was heard of the job within %s"
                                                        .formatted(limits.jobDeadline()))
                                        .build())
                        .build());
    }

    private void dispatchWhatFits() {
        int limit = limits.jobsPerPartition();
        while (dispatched < limit) {
            Optional<String> next = waiting().takeNext();
            if (next.isEmpty()) {
                return;
            }
            ScanState state = scans().get(next.get());
            if (state != null && state.getPhase() == Phase.WAITING) {
                dispatch(state, requireNonNull(state.getRequest()));
            }
        }
    }

    private void dispatch(ScanState state, ScanRequest request) {
        Instant now = now();
        Instant deadline = now.plus(limits.jobDeadline());
        int attempt = state.getAttempt() + 1;
        scans().put(
                        request.getScanId(),
                        ScanState.newBuilder(state)
                                .setPhase(Phase.DISPATCHED)
                                .setAttempt(attempt)
                                .setDueAt(deadline)
                                .build());
        agenda().add(deadline, request.getScanId());
        dispatched++;
        ScanJob job =
                ScanJob.newBuilder()
                        .setRequest(request)
                        .setAttempt(attempt)
                        .setDispatchedAt(now)
                        .setDeadline(deadline)
                        .build();
        send(SchedulerTopology.JOBS, null, job, request);
        tell(request, EventKind.DISPATCHED, attempt, null, null);
    }

    /** Takes the scan out of whatever it was in. */
    private void leave(ScanState state, ScanRequest request) {
        switch (state.getPhase()) {
            case WAITING -> waiting().remove(request);
            case DISPATCHED -> {
                dispatched--;
                agenda().remove(state.getDueAt(), request.getScanId());
            }
            case RETRYING -> agenda().remove(state.getDueAt(), request.getScanId());
            case ENDED, UNKNOWN -> {
                // It is in nothing.
            }
        }
    }

    /** Shrinks the row to what is needed to know the scan again. */
    private void end(ScanState state, ScanRequest request) {
        Instant forget = now().plus(limits.endedKept());
        scans().put(
                        request.getScanId(),
                        ScanState.newBuilder(state)
                                .setPhase(Phase.ENDED)
                                .setRequest(null)
                                .setFailures(List.of())
                                .setDueAt(forget)
                                .build());
        agenda().add(forget, request.getScanId());
    }

    private void tell(
            ScanRequest request,
            EventKind kind,
            int attempt,
            @Nullable Failure failure,
            @Nullable Instant nextAttemptAt) {
        ScanEvent event =
                ScanEvent.newBuilder()
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setKind(kind)
                        .setAt(now())
                        .setAttempt(attempt)
                        .setRequest(kind == EventKind.ACCEPTED ? request : null)
                        .setFailure(failure)
                        .setNextAttemptAt(nextAttemptAt)
                        .build();
        send(SchedulerTopology.EVENTS, request.getScanId(), event, request);
    }

    private void send(
            String sink, @Nullable String key, SpecificRecord value, ScanRequest request) {
        var headers = new RecordHeaders();
        RequestId.saneOr(request.getRequestId()).writeTo(headers);
        context().forward(new Record<>(key, value, now().toEpochMilli(), headers), sink);
    }

    private int countDispatched() {
        int count = 0;
        try (var rows = scans().all()) {
            while (rows.hasNext()) {
                if (rows.next().value.getPhase() == Phase.DISPATCHED) {
                    count++;
                }
            }
        }
        return count;
    }

    private Instant now() {
        return Instant.ofEpochMilli(context().currentSystemTimeMs());
    }

    private ProcessorContext<String, SpecificRecord> context() {
        return requireNonNull(context);
    }

    private KeyValueStore<String, ScanState> scans() {
        return requireNonNull(scans);
    }

    private Agenda agenda() {
        return requireNonNull(agenda);
    }

    private WaitingScans waiting() {
        return requireNonNull(waiting);
    }
}
