package io.stepfree.gateway.monitoring;

import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.gateway.health.Status;
import io.stepfree.gateway.health.SystemHealth;
import io.stepfree.gateway.monitoring.SafetyState.Guard;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at what keeps harm away. Thread-safe. */
public final class SafetyWatch {

    private final SignalBoard signals;
    private final SystemHealth health;
    private final SecretSealer sealer;
    private final List<String> allowed;
    private final InstantSource clock;

    /**
     * @param allowed the private addresses and unusual ports that may be scanned all the same
     */
    public SafetyWatch(
            SignalBoard signals,
            SystemHealth health,
            SecretSealer sealer,
            List<String> allowed,
            InstantSource clock) {
        this.signals = signals;
        this.health = health;
        this.sealer = sealer;
        this.allowed = List.copyOf(allowed);
        this.clock = clock;
    }

    SafetyState state() {
        List<ServiceSignal> schedulers = signals.lastKnown(ServiceNames.SCHEDULER);
        @Nullable Instant asOf =
                schedulers.stream()
                        .map(ServiceSignal::getAt)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        boolean stale = signals.heard(ServiceNames.SCHEDULER).isEmpty();
        List<Guard> told = List.of(ledger(schedulers), overdue(schedulers));
        return SafetyState.of(
                Stream.of(
                                Stream.of(targets(), secrets()),
                                told.stream().map(guard -> asOf(guard, stale ? asOf : null)),
                                Stream.of(breakers()))
                        .flatMap(guards -> guards)
                        .toList(),
                clock.instant(),
                asOf,
                stale);
    }

    /* What was well when it was told last may be so no longer. */
    private static Guard asOf(Guard guard, @Nullable Instant then) {
        return then == null
                ? guard
                : new Guard(
                        guard.name(),
                        Status.worst(List.of(guard.status(), Status.DEGRADED)),
                        "Nothing was heard of the scheduler since %s. As of then: %s"
                                .formatted(then, guard.detail()));
    }

    private Guard targets() {
        return new Guard(
                "targets",
                Status.HEALTHY,
                allowed.isEmpty()
                        ? "Private addresses and unusual ports are refused."
                        : "Private addresses and unusual ports are refused, but for %s."
                                .formatted(String.join(", ", allowed)));
    }

    private Guard secrets() {
        return new Guard(
                "secrets",
                Status.HEALTHY,
                sealer.canSeal()
                        ? "Credentials of scans are encrypted before they are stored."
                        : "Scans with credentials are refused, as no key is set in stepfree.secrets.keys.");
    }

    private static Guard ledger(List<ServiceSignal> schedulers) {
        OptionalDouble imbalance = sum(schedulers, "stepfree.scheduler.ledger.imbalance");
        if (imbalance.isEmpty()) {
            return new Guard("ledger", Status.DEGRADED, "The books have not been counted yet.");
        }
        return imbalance.getAsDouble() == 0
                ? new Guard("ledger", Status.HEALTHY, "The books balance: no scan is missing.")
                : new Guard(
                        "ledger",
                        Status.CRITICAL,
                        "The books differ by %.0f scans; see docs/reliability.md."
                                .formatted(imbalance.getAsDouble()));
    }

    private static Guard overdue(List<ServiceSignal> schedulers) {
        OptionalDouble overdue = sum(schedulers, "stepfree.scheduler.overdue.open");
        if (overdue.isEmpty()) {
            return new Guard(
                    "overdue", Status.HEALTHY, "None is known to be open for too long, so far.");
        }
        return overdue.getAsDouble() == 0
                ? new Guard("overdue", Status.HEALTHY, "No scan is open for too long.")
                : new Guard(
                        "overdue",
                        Status.DEGRADED,
                        "%.0f scans are open for longer than any should."
                                .formatted(overdue.getAsDouble()));
    }

    private Guard breakers() {
        List<String> open =
                health.breakers().stream()
                        .filter(breaker -> !breaker.state().equals("closed"))
                        .map(breaker ->
                                "%s/%s is %s"
                                        .formatted(
                                                breaker.service(), breaker.name(), breaker.state()))
                        .toList();
        return open.isEmpty()
                ? new Guard("breakers", Status.HEALTHY, "All are closed.")
                : new Guard("breakers", Status.DEGRADED, String.join("; ", open) + ".");
    }

    private static OptionalDouble sum(List<ServiceSignal> schedulers, String gauge) {
        return schedulers.stream().anyMatch(signal -> signal.getGauges().containsKey(gauge))
                ? OptionalDouble.of(
                        schedulers.stream()
                                .mapToDouble(signal -> signal.getGauges().getOrDefault(gauge, 0.0))
                                .sum())
                : OptionalDouble.empty();
    }
}
