package io.stepfree.load.history;

import java.util.OptionalInt;

/**
 * One page that is scanned twice.
 *
 * @param corpus what it is part of
 * @param name what it is called there
 * @param address where it is served, which differs with every run
 * @param timeoutMillis how long one attempt may take; empty for the usual time
 * @param nature what is known of it beforehand
 * @param reason how that is known; empty for one that stays
 */
record Page(
        String corpus,
        String name,
        String address,
        OptionalInt timeoutMillis,
        Nature nature,
        String reason) {

    /** What is known of a page beforehand. */
    enum Nature {
        /** It is the same at every visit. */
        STAYS,
        /** It truly differs from visit to visit, so that what is new and fixed on it is right. */
        MOVES,
        /** It is no page that can be scanned. */
        NO_PAGE
    }

    /** One that stays. */
    Page(String corpus, String name, String address) {
        this(corpus, name, address, OptionalInt.empty(), Nature.STAYS, "");
    }

    /** The same page, of which this is known. */
    Page known(Nature known, String why) {
        return new Page(corpus, name, address, timeoutMillis, known, why);
    }

    /** The same page with so much time for an attempt. */
    Page within(int millis) {
        return new Page(corpus, name, address, OptionalInt.of(millis), nature, reason);
    }

    @Override
    public String toString() {
        return corpus + " " + name;
    }
}
