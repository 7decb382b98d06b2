package io.stepfree.load.chaos.nemesis;

/** The ways in which the nemesis breaks things. */
public enum FaultKind {
    /** kill -9; the supervisor starts it again after a second. */
    KILL,
    /** kill -9, and it stays down for a time. */
    OUTAGE,
    /** SIGSTOP, and SIGCONT after a time. */
    FREEZE,
    /** SIGSTOP and SIGCONT, and kill -9 a moment later, while it catches up. */
    FREEZE_THEN_KILL,
    /** A folder has no room for a time. */
    FULL_DISK,
    /** A process sees another time than the others, for a time. */
    CLOCK_JUMP,
    /** Its readers are killed, and the broker forgets how far their group has read. */
    FORGOTTEN_GROUP
}
