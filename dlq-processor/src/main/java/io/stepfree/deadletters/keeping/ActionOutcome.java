package io.stepfree.deadletters.keeping;

import java.util.Locale;

/** What came of an operator's order that is no replay. */
enum ActionOutcome {
    /** It was carried out; a purge may have found nothing. */
    DONE,
    /** No dead letter of that scan was ever known. */
    UNKNOWN_SCAN,
    /** The dead letters of that scan have been purged. */
    PURGED,
    /** A purge that names no filter, not even one that restricts nothing. */
    NO_FILTER,
    /** The scan's newest dead letter has been replayed; there is nothing to keep back. */
    ALREADY_REPLAYED,
    /** A replay is about to hand it on. */
    BEING_REPLAYED,
    /** It was quarantined or discarded before; the reason that was given first stays. */
    ALREADY_SO,
    /** A release of what is neither quarantined nor discarded. */
    NOT_SET_ASIDE;

    /** The word in the table. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
