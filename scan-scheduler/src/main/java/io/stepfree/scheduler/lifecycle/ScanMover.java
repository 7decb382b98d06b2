package io.stepfree.scheduler.lifecycle;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.api.trace.SpanKind;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.scheduler.choice.DispatchBoard;
import io.stepfree.scheduler.choice.HostLimits;
import io.stepfree.scheduler.choice.ScanChoice;
import io.stepfree.scheduler.ledger.Books;
import io.stepfree.scheduler.ledger.PartitionLedger;
import io.stepfree.scheduler.ledger.RowCount;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.scheduler.retry.RetryVerdict;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Phase;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.ScanState;
import io.stepfree.schemas.scan.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves scans from one phase to the next, and says so on the topics. The only place where a scan's
 * state changes.
 *
 * <p>A command counts once for each life of a scan: its replay number tells a doubled command from
 * a new replay. An outcome counts only for the attempt last dispatched, and only once. So everyone
 * downstream sees each life of a scan end once.
 */
final class ScanMover implements Processor<String, SpecificRecord, String, SpecificRecord> {

    private static final Logger log = LoggerFactory.getLogger(ScanMover.class);
    private static final Duration TICK = Duration.ofMillis(50);

    /** What a failure takes at most from its worker to here while all is well. */
    private static final Duration LONGEST_WAY = Duration.ofMillis(200);

    private static final Duration BOOKKEEPING = Duration.ofSeconds(1);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(10);

    /** So many scans are handed out at one look, so that outcomes are taken in between. */
    private static final int LONGEST_ROUND = 1_000;

    private final RetryPolicy retries;
    private final ScanTimes times;
    private final HostLimits hosts;
    private final DispatchBoard board;
    private final Books books;
    private final TransitionMeters meters;
    private final PromptCommits commits;

    /** What is there once a partition is opened. */
    private record Opened(
            ProcessorContext<String, SpecificRecord> context,
            Announcer announcer,
            ScanRows rows,
            Agenda due,
            ScanChoice choice,
            PartitionLedger ledger,
            RowCount count,
            OverdueScans overdue) {}

    private @Nullable Opened opened;

    ScanMover(
            RetryPolicy retries,
            ScanTimes times,
            HostLimits hosts,
            DispatchBoard board,
            Books books,
            TransitionMeters meters,
            PromptCommits commits) {
        this.retries = retries;
        this.times = times;
        this.hosts = hosts;
        this.board = board;
        this.books = books;
        this.meters = meters;
        this.commits = commits;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        int partition = context.taskId().partition();
        var ledger =
                new PartitionLedger(
                        partition, context.getStateStore(SchedulerTopology.LEDGER), books);
        var choice =
                new ScanChoice(
                        partition,
                        context.getStateStore(SchedulerTopology.WAITING),
                        context.getStateStore(SchedulerTopology.HOSTS),
                        hosts,
                        board,
                        ledger::waiting);
        var due = new Agenda("due", context.getStateStore(SchedulerTopology.AGENDA));
        var count = new RowCount(context.getStateStore(SchedulerTopology.SCANS));
        var announcer = new Announcer(context);
        var rows =
                new ScanRows(
                        context.getStateStore(SchedulerTopology.SCANS),
                        due,
                        choice,
                        ledger,
                        count,
                        announcer);
        var overdue =
                new OverdueScans(
                        new Agenda("age", context.getStateStore(SchedulerTopology.AGENDA)),
                        rows,
                        times.openBound());
        opened = new Opened(context, announcer, rows, due, choice, ledger, count, overdue);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick());
        context.schedule(BOOKKEEPING, PunctuationType.WALL_CLOCK_TIME, _ -> keepBooks());
        context.schedule(
                HOUSEKEEPING,
                PunctuationType.WALL_CLOCK_TIME,
                _ -> opened().choice().forgetOldHosts(now()));
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.choice().close();
            opened.ledger().close();
        }
    }

    @Override
    public void process(Record<String, SpecificRecord> record) {
        switch (record.value()) {
            case ScanCommand command ->
                    RequestContext.<RuntimeException>run(
                            request(record, command.getRequestId()),
                            command,
                            () -> traced(record, "scan.requests", () -> carryOut(command)));
            case ScanAttempt attempt ->
                    RequestContext.<RuntimeException>run(
                            request(record, attempt.getRequestId()),
                            attempt,
                            () -> traced(record, "scan.attempts", () -> take(attempt)));
            case null, default -> meters.ignoredCommand();
        }
        if (opened().choice().hasFreePlaces()) {
            dispatchWhatFits();
        }
    }

    private static RequestId request(Record<?, ?> record, String told) {
        return RequestId.from(record.headers()).orElseGet(() -> RequestId.saneOr(told));
    }

    private static void traced(
            Record<String, SpecificRecord> record,
            String topic,
            Traces.Work<RuntimeException> work) {
        @Nullable String parent = Traces.from(record.headers());
        if (parent == null) {
            work.run();
        } else {
            Traces.run(
                    topic + " process",
                    SpanKind.CONSUMER,
                    parent,
                    Map.of("messaging.system", "kafka", "messaging.destination.name", topic),
                    work);
        }
    }

    private void carryOut(ScanCommand command) {
        switch (command.getKind()) {
            case SUBMIT -> submit(requireNonNull(command.getRequest()));
            case CANCEL -> cancel(command.getScanId());
            case CANCEL_BATCH ->
                    opened().announcer()
                            .cancelBatch(
                                    requireNonNull(command.getBatchId()), command.getRequestId());
            case UNKNOWN ->
                    throw new IllegalStateException(
                            "UnderstoodCommands lets none of these through");
        }
    }

    private void submit(ScanRequest request) {
        if (!isNewLife(request)) {
            meters.ignoredCommand();
            return;
        }
        Optional<RecordMetadata> origin = opened().context().recordMetadata();
        ScanState accepted =
                ScanState.newBuilder()
                        .setPhase(Phase.WAITING)
                        .setRequest(request)
                        .setAttempt(request.getEarlierAttempts())
                        .setReplays(request.getReplays())
                        .setDueAt(now())
                        .setFailures(List.of())
                        .setAcceptedAt(now())
                        .setOriginPartition(origin.map(RecordMetadata::partition).orElse(-1))
                        .setOriginOffset(origin.map(RecordMetadata::offset).orElse(-1L))
                        .build();
        opened().rows().begin(accepted, now());
        opened().overdue().began(request.getScanId(), now());
        meters.accepted();
        opened().announcer().event(request, EventKind.ACCEPTED, request.getEarlierAttempts());
    }

    private boolean isNewLife(ScanRequest request) {
        ScanState known = opened().rows().find(request.getScanId());
        return known == null
                || (known.getPhase() == Phase.ENDED && request.getReplays() > known.getReplays());
    }

    private void cancel(String scanId) {
        ScanState state = opened().rows().find(scanId);
        if (state == null || state.getPhase() == Phase.ENDED) {
            meters.ignoredCommand();
            return;
        }
        ScanRequest request = requireNonNull(state.getRequest());
        if (state.getPhase() == Phase.DISPATCHED) {
            opened().rows().endAtAWorker(state, Standing.CANCELLED);
            opened().overdue().ended(scanId);
        } else {
            end(state, Standing.CANCELLED);
        }
        meters.cancelled();
        opened().announcer().event(request, EventKind.CANCELLED, state.getAttempt());
        opened().announcer().sitePage(request, Standing.CANCELLED, null);
    }

    private void take(ScanAttempt outcome) {
        ScanState state = opened().rows().find(outcome.getScanId());
        Optional<Fence> fence = Fence.against(outcome, state);
        if (fence.isPresent()) {
            fenceOff(outcome, state, fence.get());
            return;
        }
        ScanState answered = ScanState.newBuilder(requireNonNull(state)).setAnswered(true).build();
        if (outcome.getPage() != null) {
            complete(answered, outcome);
        } else {
            fail(
                    answered,
                    AttemptFailure.newBuilder()
                            .setAttempt(outcome.getAttempt())
                            .setWorker(outcome.getWorker())
                            .setStartedAt(outcome.getStartedAt())
                            .setFailedAt(outcome.getEndedAt())
                            .setFailure(failureOf(outcome))
                            .setEngine(outcome.getEngine())
                            .build());
        }
    }

    private void fenceOff(ScanAttempt outcome, @Nullable ScanState state, Fence reason) {
        meters.fencedOutcome(reason);
        if (reason == Fence.LATE && state != null && outcome.getAttempt() == state.getAttempt()) {
            opened().rows().answeredLate(state, outcome.getScanId(), now().plus(times.endedKept()));
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

    private void complete(ScanState state, ScanAttempt outcome) {
        ScanRequest request = requireNonNull(state.getRequest());
        ScanResult result =
                ScanResult.newBuilder()
                        .setRequest(request)
                        .setAttempt(outcome.getAttempt())
                        .setWorker(outcome.getWorker())
                        .setStartedAt(outcome.getStartedAt())
                        .setCompletedAt(outcome.getEndedAt())
                        .setEarlierFailures(state.getFailures())
                        .setPage(withoutSite(requireNonNull(outcome.getPage())))
                        .build();
        opened().choice().completed(request);
        end(state, Standing.COMPLETED);
        meters.completed();
        opened().announcer().result(result);
        opened().announcer().event(request, EventKind.COMPLETED, outcome.getAttempt());
        opened().announcer().sitePage(request, Standing.COMPLETED, outcome.getPage());
    }

    /** Links are for whoever explores the site, not for reports. */
    private static PageResult withoutSite(PageResult page) {
        return page.getSite() == null ? page : PageResult.newBuilder(page).setSite(null).build();
    }

    private void fail(ScanState state, AttemptFailure newest) {
        var failures = new ArrayList<>(state.getFailures());
        failures.add(newest);
        opened().choice()
                .failed(
                        requireNonNull(state.getRequest()),
                        newest.getFailure(),
                        newest.getStartedAt(),
                        now());
        switch (retries.decide(failures.stream().map(AttemptFailure::getFailure).toList())) {
            case RetryVerdict.Retry(Duration delay) -> planRetry(state, failures, delay);
            case RetryVerdict.GiveUp(DeathCause cause) -> giveUp(state, failures, cause);
        }
    }

    private void planRetry(ScanState state, List<AttemptFailure> failures, Duration delay) {
        Instant due = failedAt(failures.getLast()).plus(delay);
        opened().rows()
                .move(
                        state,
                        ScanState.newBuilder(state)
                                .setPhase(Phase.RETRYING)
                                .setDueAt(due)
                                .setFailures(failures)
                                .build(),
                        now());
        meters.retried();
        opened().announcer()
                .event(
                        requireNonNull(state.getRequest()),
                        EventKind.RETRYING,
                        state.getAttempt(),
                        failures.getLast().getFailure(),
                        due);
    }

    /** By the worker's clock, unless that tells another time than a way this short explains. */
    private Instant failedAt(AttemptFailure failure) {
        Instant now = now();
        Instant told = failure.getFailedAt();
        return told.isAfter(now) || told.isBefore(now.minus(LONGEST_WAY)) ? now : told;
    }

    private void giveUp(ScanState state, List<AttemptFailure> failures, DeathCause cause) {
        ScanRequest request = requireNonNull(state.getRequest());
        DeadLetter letter =
                DeadLetter.newBuilder()
                        .setRequest(request)
                        .setFailures(failures)
                        .setCause(cause)
                        .setDiedAt(now())
                        .build();
        end(state, Standing.DEAD_LETTERED);
        meters.deadLettered();
        opened().announcer().deadLetter(letter, state);
        opened().announcer()
                .event(
                        request,
                        EventKind.DEAD_LETTERED,
                        state.getAttempt(),
                        failures.getLast().getFailure(),
                        null);
        opened().announcer().sitePage(request, Standing.DEAD_LETTERED, null);
    }

    private void end(ScanState state, Standing as) {
        opened().rows().end(state, as, now().plus(times.endedKept()));
        opened().overdue().ended(requireNonNull(state.getRequest()).getScanId());
    }

    /** Looks at every scan whose moment has come, then hands out what fits. */
    private void tick() {
        for (String scanId : opened().due().takeDue(now())) {
            ScanState state = opened().rows().find(scanId);
            if (state != null && !state.getDueAt().isAfter(now())) {
                comeDue(scanId, state);
            }
        }
        dispatchWhatFits();
    }

    private void comeDue(String scanId, ScanState state) {
        switch (state.getPhase()) {
            case RETRYING ->
                    opened().rows()
                            .move(
                                    state,
                                    ScanState.newBuilder(state).setPhase(Phase.WAITING).build(),
                                    now());
            case DISPATCHED -> lose(state);
            case ENDED -> {
                if (ScanRows.isAtAWorker(state)) {
                    opened().rows().leaveWorker(state, now().plus(times.endedKept()));
                } else {
                    opened().rows().forget(scanId);
                }
            }
            case WAITING, UNKNOWN -> {
                // An old reminder: nothing to do.
            }
        }
    }

    private void lose(ScanState state) {
        meters.lost();
        fail(
                state,
                AttemptFailure.newBuilder()
                        .setAttempt(state.getAttempt())
                        .setWorker("")
                        .setStartedAt(state.getDueAt().minus(times.jobDeadline()))
                        .setFailedAt(now())
                        .setFailure(
                                Failure.newBuilder()
                                        .setType(FailureType.LOST)
                                        .setMessage(
                                                "nothing was heard of the job within %s"
                                                        .formatted(times.jobDeadline()))
                                        .build())
                        .build());
    }

    private void dispatchWhatFits() {
        ScanChoice choice = opened().choice();
        for (int round = 0; round < LONGEST_ROUND; round++) {
            Optional<ScanChoice.Chosen> next = choice.nextRetry(now());
            if (next.isEmpty()) {
                next = choice.nextInTurn(now());
            }
            if (next.isEmpty()) {
                return;
            }
            ScanState state = opened().rows().find(next.get().scanId());
            if (state != null && state.getPhase() == Phase.WAITING) {
                handOut(state);
            } else {
                passOver(next.get());
            }
        }
    }

    /* The books tell what is missing; here it must only not hold up the scans behind it. */
    private void passOver(ScanChoice.Chosen chosen) {
        log.error(
                "scan {} was found among those that wait, but no row says that it does; it is passed over, and the books will not add up if it is missing",
                chosen.scanId());
        meters.passedOver();
        opened().choice().drop(chosen);
    }

    private void handOut(ScanState state) {
        @Nullable String parent = requireNonNull(state.getRequest()).getTraceparent();
        if (parent == null) {
            dispatch(state);
        } else {
            Traces.<RuntimeException>run(
                    "scan.jobs send",
                    SpanKind.PRODUCER,
                    parent,
                    Map.of("messaging.system", "kafka", "messaging.destination.name", "scan.jobs"),
                    () -> dispatch(state));
        }
    }

    private void dispatch(ScanState state) {
        ScanRequest request = requireNonNull(state.getRequest());
        Instant now = now();
        Instant deadline = now.plus(times.jobDeadline());
        int attempt = state.getAttempt() + 1;
        opened().rows()
                .move(
                        state,
                        ScanState.newBuilder(state)
                                .setPhase(Phase.DISPATCHED)
                                .setAttempt(attempt)
                                .setAnswered(false)
                                .setDueAt(deadline)
                                .build(),
                        now);
        meters.dispatched(Duration.between(state.getDueAt(), now));
        opened().announcer()
                .job(
                        ScanJob.newBuilder()
                                .setRequest(request)
                                .setAttempt(attempt)
                                .setDispatchedAt(now)
                                .setDeadline(deadline)
                                .build());
        opened().announcer().event(request, EventKind.DISPATCHED, attempt);
        // Low priority is in no hurry, unless its moment was promised.
        if (request.getPriority() != Priority.LOW || !state.getFailures().isEmpty()) {
            commits.ask(opened().context());
        }
    }

    private void keepBooks() {
        Opened here = opened();
        for (ScanRequest request : here.overdue().look(now())) {
            meters.overdue();
            here.announcer().event(request, EventKind.OVERDUE, 0);
        }
        here.count().walk(here.ledger());
        here.ledger()
                .show(
                        here.count().difference(),
                        here.overdue().count(),
                        here.count().waitingSince());
        here.ledger().news().ifPresent(here.announcer()::ledger);
    }

    private Instant now() {
        return Instant.ofEpochMilli(opened().context().currentSystemTimeMs());
    }

    private Opened opened() {
        return requireNonNull(opened);
    }
}
