package io.stepfree.reports.history;

import java.util.Locale;

/** How a finding stands against the last look at its page. */
public enum FindingState {
    /** It is there, and was not when the page was seen before. */
    NEW,
    /** It is there, and nobody knows whether it was: the last look left out what it is part of. */
    NEWLY_OBSERVED,
    /** It is there, and was known. */
    PERSISTING,
    /** It was known, and is not there although its part of the page was seen. */
    FIXED,
    /** It was known, and what it is part of was not seen: it stays known. */
    NOT_OBSERVED,
    /** It came or went together with another version of the engine: neither new nor fixed. */
    ENGINE_CHANGED;

    /** As it is stored and shown. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
