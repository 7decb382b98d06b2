package io.stepfree.load.chaos.nemesis;

import java.time.Duration;

/**
 * Something to be done to the pipeline.
 *
 * @param kind what
 * @param target to whom
 * @param lasting for how long; zero for a kill
 */
public record Fault(FaultKind kind, Target target, Duration lasting) {

    static Fault kill(Target target) {
        return new Fault(FaultKind.KILL, target, Duration.ZERO);
    }

    static Fault of(FaultKind kind, Target target, long seconds) {
        return new Fault(kind, target, Duration.ofSeconds(seconds));
    }

    /** Whether it ends a process by force. */
    boolean kills() {
        return switch (kind) {
            case KILL, OUTAGE, FREEZE_THEN_KILL, FORGOTTEN_GROUP -> true;
            case FREEZE, FULL_DISK, CLOCK_JUMP -> false;
        };
    }
}
