package io.stepfree.load.history;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** A page that was scanned twice, the second time after all pages had been scanned once. */
record TwoLooks(Page page, Look first, Look second) {

    /** What came of the two scans. */
    enum End {
        /** The second was compared with the first. */
        COMPARED,
        /** The page was seen in neither. */
        NOT_SEEN,
        /** The page was seen in one of them only. */
        SEEN_ONCE,
        /** The page was seen in both, and they were not compared with each other. */
        NOT_COMPARED
    }

    End end() {
        if (first.seen() && second.seen()) {
            return comparedWithFirst() ? End.COMPARED : End.NOT_COMPARED;
        }
        return first.seen() || second.seen() ? End.SEEN_ONCE : End.NOT_SEEN;
    }

    private boolean comparedWithFirst() {
        Changes changes = second.changes();
        return changes != null
                && changes.compared().equals(Changes.WITH_PREVIOUS)
                && changes.previous().equals(first.scan());
    }

    /** How many findings are in this state at the second scan; 0 where it was not compared. */
    int count(Changes.State state) {
        return end() == End.COMPARED ? Objects.requireNonNull(second.changes()).count(state) : 0;
    }

    /**
     * How many findings only one of the two reports has, whether or not the scans are compared; the
     * gateway compares none of a page that may not have been the page.
     */
    int differences() {
        var all = new HashSet<>(first.names());
        all.addAll(second.names());
        long both = first.names().stream().filter(second.names()::contains).count();
        return all.size() - (int) both;
    }

    /** Whether a second look was ordered after the first scan, which was compared with nothing. */
    boolean lookedAgainTooEarly() {
        return first.changes() != null && !first.changes().secondLook().isEmpty();
    }

    /** What a person has to know of it, a line each; nothing of a page on which all persists. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        switch (end()) {
            case COMPARED ->
                    Objects.requireNonNull(second.changes())
                            .changed()
                            .forEach(changed -> lines.add("%s: %s".formatted(page, changed)));
            case NOT_SEEN -> {
                lines.add("%s: not seen, %s".formatted(page, troubles()));
                if (differences() > 0) {
                    lines.add("%s: %d FINDINGS DIFFER".formatted(page, differences()));
                }
            }
            case SEEN_ONCE -> lines.add("%s: SEEN ONCE ONLY, %s".formatted(page, troubles()));
            case NOT_COMPARED ->
                    lines.add(
                            "%s: NOT COMPARED with the scan before, but: %s"
                                    .formatted(
                                            page,
                                            second.changes() == null
                                                    ? "nothing"
                                                    : second.changes().compared()
                                                            + " "
                                                            + second.changes().previous()));
        }
        if (lookedAgainTooEarly()) {
            lines.add("%s: A SECOND LOOK after the first scan".formatted(page));
        }
        return lines;
    }

    private String troubles() {
        if (first.trouble().equals(second.trouble())) {
            return first.trouble();
        }
        return "first %s, then %s".formatted(told(first), told(second));
    }

    private static String told(Look look) {
        return look.seen() ? "seen" : look.trouble();
    }
}
