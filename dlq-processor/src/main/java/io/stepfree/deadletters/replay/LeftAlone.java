package io.stepfree.deadletters.replay;

import java.util.Locale;

/** Why a dead letter that was chosen does not go. */
enum LeftAlone {
    /** It has been replayed before. */
    ALREADY_REPLAYED,
    /** The same scan has died once more since; that dead letter is the one to replay. */
    NOT_THE_NEWEST_LIFE,
    /** It is in quarantine. */
    QUARANTINED,
    /** An operator has said that it needs no replay. */
    DISCARDED,
    /** It has been deleted. */
    PURGED,
    /** Another replay is about to hand it on. */
    IN_ANOTHER_REPLAY,
    /** It has been replayed as often as may be, and is in quarantine from now on. */
    LOOP_GUARD,
    /** Its bytes can no longer be read, because the registry has lost their schema. */
    UNDECODABLE,
    /** The broker takes no record of that size. */
    TOO_LARGE,
    /** The registry refuses what is needed to read or to write it; only a person can mend that. */
    REGISTRY_REFUSED;

    /** The word in the tables. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
