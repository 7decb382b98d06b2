package io.stepfree.gateway.schedules;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.NewScan;
import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.gateway.admission.ScheduledOrder;
import io.stepfree.gateway.admission.Timetable;
import io.stepfree.gateway.callbacks.CallbackBook;
import io.stepfree.gateway.idempotency.IdempotencyKey;
import io.stepfree.gateway.idempotency.OncePerKey;
import io.stepfree.gateway.limits.Allowances;
import io.stepfree.gateway.scans.QueueBound;
import io.stepfree.gateway.scans.ScanIntake;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.request.RequestContext;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.secret.SecretsUnreadableException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Deals with the times of schedules. What is submitted has ids that follow from the schedule and
 * the time, and takes a key of the same, so that a time that is dealt with twice, because a gateway
 * died over it, is submitted and counted once. Thread-safe.
 */
final class ScheduledRuns {

    private static final Logger log = LoggerFactory.getLogger(ScheduledRuns.class);

    private final ScheduleStore store;
    private final Standing standing;
    private final ScanAdmission admission;
    private final Allowances allowances;
    private final QueueBound queue;
    private final ScanIntake intake;
    private final CallbackBook callbacks;
    private final OncePerKey oncePerKey;
    private final MeterRegistry meters;
    private final InstantSource clock;

    ScheduledRuns(
            ScheduleStore store,
            Standing standing,
            ScanAdmission admission,
            Allowances allowances,
            QueueBound queue,
            ScanIntake intake,
            CallbackBook callbacks,
            OncePerKey oncePerKey,
            MeterRegistry meters,
            InstantSource clock) {
        this.store = store;
        this.standing = standing;
        this.admission = admission;
        this.allowances = allowances;
        this.queue = queue;
        this.intake = intake;
        this.callbacks = callbacks;
        this.oncePerKey = oncePerKey;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Deals with the time that is due, if one is.
     *
     * @return when to look again; empty when the schedule was deleted
     * @throws RuntimeException when something that is needed is away, so that it has to be tried
     *     again
     */
    Optional<Instant> ring(UUID id) {
        ScheduleStore.Due due = store.due(id).orElse(null);
        if (due == null) {
            return Optional.empty();
        }
        if (due.nextAt().isAfter(clock.instant())) {
            return Optional.of(due.nextAt());
        }
        @Nullable LastRun run = due.paused() ? null : run(due);
        // The times that were missed meanwhile are done with, too.
        Instant next =
                Timetable.of(due.cron(), due.zone())
                        .next(later(due.nextAt(), clock.instant()))
                        .orElseThrow();
        store.done(due, next, run);
        if (run != null) {
            count(run.outcome());
        }
        return Optional.of(next);
    }

    private LastRun run(ScheduleStore.Due due) {
        var id = RequestId.create();
        var run = new LastRun[1];
        RequestContext.<RuntimeException>run(id, () -> run[0] = attempt(due, id));
        return run[0];
    }

    private LastRun attempt(ScheduleStore.Due due, RequestId id) {
        try {
            return submit(due, id);
        } catch (ProblemException e) {
            if (e.type().status() < 500) {
                log.info(
                        "The schedule {} of {} was refused: {}",
                        due.id(),
                        due.client(),
                        e.detail());
                return refused(due, e.detail());
            }
            throw retrying(due, e);
        } catch (SecretsUnreadableException e) {
            return refused(
                    due, "What is to be scanned cannot be read: %s.".formatted(e.getMessage()));
        } catch (RuntimeException e) {
            throw retrying(due, e);
        }
    }

    private LastRun submit(ScheduleStore.Due due, RequestId requestId) {
        Caller caller = standing.of(due).orElse(null);
        if (caller == null) {
            return refused(
                    due,
                    "Client %s has no key any more that is good; make one, and the next time is submitted."
                            .formatted(due.client()));
        }
        ScheduledOrder order = ScheduledOrder.read(store.open(due.order()), admission);
        if (order.good().isEmpty()) {
            return refused(due, problem(order));
        }
        order.good().values().forEach(intake::requireSealable);
        callbacks.requireSigned(due.client(), order.callback());
        NewScan first = order.good().firstEntry().getValue();
        callbacks.requireSigned(due.client(), first.callback());
        String seed = ScanIds.ofTime(due.id(), due.nextAt()).toString();
        String submitted =
                oncePerKey
                        .submit(
                                due.client(),
                                key(due),
                                likeness(due),
                                seed,
                                requestId,
                                new RunBeginning(
                                        due.client(),
                                        order,
                                        allowances.of(caller),
                                        queue,
                                        intake,
                                        callbacks))
                        .scanId();
        int refused = order.pages() - order.good().size();
        return new LastRun(
                due.nextAt(),
                now(),
                LastRun.SUBMITTED,
                order.batch() ? null : submitted,
                order.batch() ? RunBeginning.batch(submitted) : null,
                order.good().size(),
                refused,
                refused == 0 ? null : problem(order));
    }

    /* No client can send one with a space. */
    private static IdempotencyKey key(ScheduleStore.Due due) {
        return new IdempotencyKey("schedule %s %s".formatted(due.id(), due.nextAt()));
    }

    private static JsonNode likeness(ScheduleStore.Due due) {
        return JsonMapper.shared().createObjectNode().put("schedule", due.id().toString());
    }

    private static String problem(ScheduledOrder order) {
        return "%d of %d pages may not be scanned; the first: %s %s"
                .formatted(
                        order.pages() - order.good().size(),
                        order.pages(),
                        order.errors().getFirst().pointer(),
                        order.errors().getFirst().detail());
    }

    private LastRun refused(ScheduleStore.Due due, String reason) {
        return LastRun.refused(due.nextAt(), now(), due.pages(), reason);
    }

    /* The time stays due. */
    private RuntimeException retrying(ScheduleStore.Due due, RuntimeException reason) {
        String line = String.valueOf(reason.getMessage()).lines().findFirst().orElse("");
        log.info("The schedule {} of {} is tried again: {}", due.id(), due.client(), line);
        count(LastRun.RETRYING);
        try {
            store.tell(
                    due,
                    LastRun.retrying(
                            due.nextAt(),
                            now(),
                            reason instanceof ProblemException problem
                                    ? problem.detail()
                                    : "Something that is needed does not answer; it is tried again."));
        } catch (RuntimeException e) {
            log.debug("not told: {}", e.toString());
        }
        return reason;
    }

    private void count(String outcome) {
        OwnMeter.GATEWAY_SCHEDULE_RUNS.counter(meters, "outcome", outcome).increment();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
