package io.stepfree.deadletters.replay;

import java.util.Locale;

/** What came of an order to replay one dead letter. */
enum ReplayOutcome {
    /** The scan is on its way again. */
    PUBLISHED,
    /** No dead letter of that scan is known. */
    UNKNOWN_SCAN,
    /** The others say what {@link LeftAlone} says. */
    ALREADY_REPLAYED,
    NOT_THE_NEWEST_LIFE,
    QUARANTINED,
    DISCARDED,
    PURGED,
    IN_ANOTHER_REPLAY,
    LOOP_GUARD,
    UNDECODABLE,
    TOO_LARGE,
    REGISTRY_REFUSED;

    /** The word in the table. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ReplayOutcome of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    static ReplayOutcome of(LeftAlone reason) {
        return switch (reason) {
            case ALREADY_REPLAYED -> ALREADY_REPLAYED;
            case NOT_THE_NEWEST_LIFE -> NOT_THE_NEWEST_LIFE;
            case QUARANTINED -> QUARANTINED;
            case DISCARDED -> DISCARDED;
            case PURGED -> PURGED;
            case IN_ANOTHER_REPLAY -> IN_ANOTHER_REPLAY;
            case LOOP_GUARD -> LOOP_GUARD;
            case UNDECODABLE -> UNDECODABLE;
            case TOO_LARGE -> TOO_LARGE;
            case REGISTRY_REFUSED -> REGISTRY_REFUSED;
        };
    }
}
