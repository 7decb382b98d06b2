package io.stepfree.platform.signal;

import io.stepfree.platform.breaker.BreakerStatus;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.Health;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.schemas.ops.BreakerHealth;
import io.stepfree.schemas.ops.ComponentHealth;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** What every service tells of its health. Thread-safe. */
final class ProcessHealth {

    private final HealthBoard board;
    private final Breakers breakers;

    ProcessHealth(HealthBoard board, Breakers breakers) {
        this.board = board;
        this.breakers = breakers;
    }

    List<ComponentHealth> components() {
        return board.all().stream().map(ProcessHealth::told).toList();
    }

    List<BreakerHealth> breakers() {
        return breakers.all().stream().map(ProcessHealth::told).toList();
    }

    private static ComponentHealth told(Health health) {
        Duration latency = health.finding().latency();
        return ComponentHealth.newBuilder()
                .setName(health.name())
                .setState(health.finding().state())
                .setDetail(health.finding().detail())
                .setLatencySeconds(latency == null ? null : latency.toNanos() / 1e9)
                .setCheckedAt(health.checkedAt().truncatedTo(ChronoUnit.MILLIS))
                .build();
    }

    private static BreakerHealth told(BreakerStatus breaker) {
        return BreakerHealth.newBuilder()
                .setName(breaker.name())
                .setState(breaker.state().name().toLowerCase(Locale.ROOT))
                .setFailures(breaker.failures())
                .setTrips(breaker.trips())
                .build();
    }
}
