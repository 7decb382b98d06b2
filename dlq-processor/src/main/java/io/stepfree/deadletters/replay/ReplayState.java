package io.stepfree.deadletters.replay;

import java.util.Locale;

/** Where a replay of many stands. */
enum ReplayState {
    /** What goes is being chosen. */
    CHOOSING,
    /** The canary goes. */
    CANARY,
    /** The canary has gone; its ends decide whether the rest goes. */
    WAITING_FOR_CANARY,
    /** The rest goes, or has gone and its ends are waited for. */
    RUNNING,
    /** It stands still, by order or because the canary was not good enough; it can be resumed. */
    STOPPED,
    /** Everything has gone and ended. */
    COMPLETED,
    /** It could not be carried out; nothing has gone. */
    FAILED,
    /** It was told what would go; nothing has gone. */
    DRY_RUN;

    /** Whether the driver carries it on. */
    boolean goesOn() {
        return switch (this) {
            case CHOOSING, CANARY, WAITING_FOR_CANARY, RUNNING -> true;
            case STOPPED, COMPLETED, FAILED, DRY_RUN -> false;
        };
    }

    /** The word in the table. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ReplayState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
