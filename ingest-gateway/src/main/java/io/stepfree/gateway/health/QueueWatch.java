package io.stepfree.gateway.health;

import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads the state of the queue off the signals of schedulers and workers. Thread-safe. */
public final class QueueWatch {

    private static final String LEDGER = "stepfree.scheduler.ledger.";
    private static final String OLDEST = "stepfree.scheduler.waiting.oldest";
    private static final Duration LONG_WAIT = Duration.ofMinutes(15);

    private final SignalBoard signals;

    public QueueWatch(SignalBoard signals) {
        this.signals = signals;
    }

    /** How it stands. */
    public QueueState state() {
        List<ServiceSignal> schedulers = signals.lastKnown(ServiceNames.SCHEDULER);
        List<ServiceSignal> workers = signals.heard(ServiceNames.WORKER);
        boolean stale = signals.heard(ServiceNames.SCHEDULER).isEmpty();
        long waiting = sum(schedulers, "waiting");
        long capacity = workers.stream().mapToLong(ServiceSignal::getSlots).sum();
        long busy = workers.stream().mapToLong(ServiceSignal::getInFlight).sum();
        @Nullable Double oldest = oldest(schedulers);
        var reasons = new ArrayList<String>();
        if (schedulers.isEmpty()) {
            reasons.add("No scheduler was ever heard; start scan-scheduler.");
        } else if (stale) {
            reasons.add(
                    "Nothing was heard of the scheduler since %s; the numbers are of then."
                            .formatted(schedulers.getFirst().getAt()));
        }
        if (capacity == 0) {
            reasons.add("No worker can take a scan; start scan-processor, or see why it has none.");
        }
        boolean stopped = !reasons.isEmpty();
        if (oldest != null && oldest > LONG_WAIT.toSeconds()) {
            reasons.add(
                    "A scan has been waiting for %d minutes; add workers."
                            .formatted(Math.round(oldest / 60)));
        }
        return new QueueState(
                stopped ? Status.CRITICAL : reasons.isEmpty() ? Status.HEALTHY : Status.DEGRADED,
                reasons,
                waiting,
                sum(schedulers, "running"),
                sum(schedulers, "retrying"),
                sum(schedulers, "completed"),
                sum(schedulers, "dead_lettered"),
                sum(schedulers, "cancelled"),
                sum(schedulers, "accepted"),
                capacity,
                busy,
                capacity == 0 ? null : Math.round(100.0 * busy / capacity) / 100.0,
                oldest,
                asOf(schedulers),
                stale);
    }

    /** How many scans wait, as it was last told; empty when it never was. */
    public OptionalLong waiting() {
        List<ServiceSignal> schedulers = signals.lastKnown(ServiceNames.SCHEDULER);
        return schedulers.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(sum(schedulers, "waiting"));
    }

    private static long sum(List<ServiceSignal> signals, String standing) {
        return Math.round(
                signals.stream()
                        .mapToDouble(
                                signal -> signal.getGauges().getOrDefault(LEDGER + standing, 0.0))
                        .sum());
    }

    private static @Nullable Double oldest(List<ServiceSignal> schedulers) {
        return schedulers.stream()
                .map(signal -> signal.getGauges().get(OLDEST))
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private static @Nullable Instant asOf(List<ServiceSignal> schedulers) {
        return schedulers.stream()
                .map(ServiceSignal::getAt)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
