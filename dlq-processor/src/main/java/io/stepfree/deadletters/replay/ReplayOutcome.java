package io.stepfree.deadletters.replay;

import java.util.Locale;

/** What came of an order to replay. */
enum ReplayOutcome {
    /** The scan is on its way again. */
    PUBLISHED,
    /** No dead letter of that scan is known. */
    UNKNOWN_SCAN,
    /** The scan's newest dead letter has been replayed before. */
    ALREADY_REPLAYED,
    /**
     * The dead letter's bytes can no longer be read, because the registry has lost their schema.
     */
    UNDECODABLE;

    /** The word in the table. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static ReplayOutcome of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
