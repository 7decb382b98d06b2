package io.stepfree.gateway.monitoring;

import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.gateway.health.Status;
import io.stepfree.gateway.health.SystemHealth;
import io.stepfree.gateway.monitoring.SafetyState.Guard;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;

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
        return SafetyState.of(
                List.of(targets(), secrets(), ledger(), overdue(), breakers()), clock.instant());
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

    private Guard ledger() {
        OptionalDouble imbalance = sum("stepfree.scheduler.ledger.imbalance");
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

    private Guard overdue() {
        OptionalDouble overdue = sum("stepfree.scheduler.overdue.open");
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

    private OptionalDouble sum(String gauge) {
        List<ServiceSignal> schedulers = signals.lastKnown(ServiceNames.SCHEDULER);
        return schedulers.stream().anyMatch(signal -> signal.getGauges().containsKey(gauge))
                ? OptionalDouble.of(
                        schedulers.stream()
                                .mapToDouble(signal -> signal.getGauges().getOrDefault(gauge, 0.0))
                                .sum())
                : OptionalDouble.empty();
    }
}
