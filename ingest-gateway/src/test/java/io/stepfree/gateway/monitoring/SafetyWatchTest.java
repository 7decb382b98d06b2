package io.stepfree.gateway.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.gateway.health.QueueWatch;
import io.stepfree.gateway.health.ServiceNames;
import io.stepfree.gateway.health.SignalBoard;
import io.stepfree.gateway.health.Status;
import io.stepfree.gateway.health.SystemHealth;
import io.stepfree.platform.boot.ServiceIdentity;
import io.stepfree.platform.breaker.BreakerProperties;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.ops.ServiceSignal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SafetyWatchTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final SignalBoard signals = new SignalBoard(() -> now);
    private final SafetyWatch safety =
            new SafetyWatch(
                    signals,
                    new SystemHealth(
                            new HealthBoard(List.of(), () -> now, _ -> {}),
                            new Breakers(
                                    new BreakerProperties(
                                            true, 5, Duration.ofSeconds(30), 2, Map.of()),
                                    new SimpleMeterRegistry(),
                                    Clock.systemUTC()),
                            signals,
                            new QueueWatch(signals),
                            new ServiceIdentity(ServiceNames.GATEWAY, "gateway-1", "1", START),
                            () -> now),
                    SecretSealer.of(new SecretProperties(Map.of(), "")),
                    List.of(),
                    () -> now);

    @Test
    void whatASchedulerToldAMomentAgoIsShownAsItIs() {
        hear(0);
        SafetyState state = safety.state();
        assertThat(state.status()).isEqualTo(Status.HEALTHY);
        assertThat(state.stale()).isFalse();
        assertThat(state.asOf()).isEqualTo(START);
    }

    @Test
    void booksThatBalancedWhenTheSchedulerWasHeardLastDaysAgoAreNotWell() {
        hear(0);
        now = now.plus(Duration.ofDays(3));
        SafetyState state = safety.state();
        assertThat(state.status()).isEqualTo(Status.DEGRADED);
        assertThat(state.stale()).isTrue();
        assertThat(state.asOf()).isEqualTo(START);
        assertThat(state.guards())
                .filteredOn(guard -> guard.status() != Status.HEALTHY)
                .extracting(SafetyState.Guard::detail)
                .containsExactly(
                        "Nothing was heard of the scheduler since 2026-01-01T00:00:00Z. As of then: The books balance: no scan is missing.",
                        "Nothing was heard of the scheduler since 2026-01-01T00:00:00Z. As of then: No scan is open for too long.");
    }

    @Test
    void aDifferenceInTheBooksStaysCriticalWhenTheSchedulerIsSilent() {
        hear(2);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(safety.state().status()).isEqualTo(Status.CRITICAL);
    }

    @Test
    void whereNoSchedulerWasEverHeardThereIsNoTime() {
        SafetyState state = safety.state();
        assertThat(state.stale()).isTrue();
        assertThat(state.asOf()).isNull();
        assertThat(state.status()).isEqualTo(Status.DEGRADED);
    }

    private void hear(double imbalance) {
        signals.hear(
                ServiceSignal.newBuilder()
                        .setService(ServiceNames.SCHEDULER)
                        .setInstance("scheduler-1")
                        .setAt(now)
                        .setSlots(0)
                        .setGauges(
                                Map.of(
                                        "stepfree.scheduler.ledger.imbalance",
                                        imbalance,
                                        "stepfree.scheduler.overdue.open",
                                        0.0))
                        .setVersion("1")
                        .setStartedAt(START)
                        .build());
    }
}
