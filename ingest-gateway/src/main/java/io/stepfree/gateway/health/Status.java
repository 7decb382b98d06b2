package io.stepfree.gateway.health;

import com.fasterxml.jackson.annotation.JsonValue;
import io.stepfree.schemas.ops.HealthState;
import java.util.Collection;
import java.util.Locale;

/** How well something is; the worst counts. */
public enum Status {
    /** As it should be. */
    HEALTHY,
    /** It works, but not as it should. */
    DEGRADED,
    /** It does not work. */
    CRITICAL;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The same in the words of signals. */
    static Status of(HealthState state) {
        return switch (state) {
            case UP -> HEALTHY;
            case DEGRADED, UNKNOWN -> DEGRADED;
            case DOWN -> CRITICAL;
        };
    }

    /** The worst of these; healthy when there are none. */
    public static Status worst(Collection<Status> all) {
        return all.stream().max(Enum::compareTo).orElse(HEALTHY);
    }
}
