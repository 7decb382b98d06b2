package io.stepfree.gateway.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.platform.health.Finding;
import io.stepfree.platform.health.Health;
import io.stepfree.schemas.ops.ComponentHealth;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one part of the whole is.
 *
 * @param name what it is, as database
 * @param status how well it is
 * @param detail what was found, one sentence
 * @param latencyMillis how long it took to answer, in milliseconds; absent where nothing is asked
 * @param checkedAt when it was last looked at, or heard of; absent when it never was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Component(
        String name,
        Status status,
        String detail,
        @Nullable Double latencyMillis,
        @Nullable Instant checkedAt) {

    static Component of(Health health) {
        Finding found = health.finding();
        Duration latency = found.latency();
        return new Component(
                health.name(),
                Status.of(found.state()),
                found.detail(),
                latency == null ? null : millis(latency.toNanos() / 1e6),
                health.checkedAt());
    }

    static Component of(ComponentHealth health) {
        Double latency = health.getLatencySeconds();
        return new Component(
                health.getName(),
                Status.of(health.getState()),
                health.getDetail(),
                latency == null ? null : millis(latency * 1_000),
                health.getCheckedAt());
    }

    private static double millis(double exact) {
        return Math.round(exact * 10) / 10.0;
    }
}
