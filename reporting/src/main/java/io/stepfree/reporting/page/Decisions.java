package io.stepfree.reporting.page;

import io.stepfree.reporting.pages.Decided;
import io.stepfree.reporting.pages.Overlay;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was decided of the findings of a report, and of how many. As in the API, what is accepted or
 * ignored is decided; what is assigned is somebody's to mend and counted apart. A client has a
 * thousand decisions at most, so this does not grow with the pages. It is public for the template
 * only. Not thread-safe.
 */
public final class Decisions {

    /** So many are listed, those of most occurrences first. */
    private static final int LISTED = 50;

    /** As many as a client may have; beyond them occurrences are counted and no decision listed. */
    private static final int MOST = 1_000;

    private static final int LONGEST_REASON = 500;

    private final Map<String, Line> lines = new HashMap<>();
    private long accepted;
    private long ignored;
    private long assigned;

    /** One decision, with how many occurrences it is about. Not thread-safe. */
    public static final class Line {
        private final Decided decided;
        private long occurrences;

        private Line(Decided decided) {
            this.decided = decided;
        }

        /** Accepted, Ignored or Assigned. */
        public String word() {
            return Decisions.word(decided);
        }

        /** Why. */
        public String reason() {
            return Decisions.reason(decided);
        }

        /** When it ends; null when it does not. */
        public @Nullable Instant until() {
            return decided.until();
        }

        /** How many occurrences it is about. */
        public long occurrences() {
            return occurrences;
        }
    }

    void add(Overlay overlay) {
        for (Overlay.Mark mark : overlay.marks().values()) {
            var decided = mark.decided();
            if (decided != null) {
                add(decided);
            }
        }
    }

    private void add(Decided decided) {
        switch (decided.decision()) {
            case "ignored" -> ignored++;
            case "assigned" -> assigned++;
            default -> accepted++;
        }
        var line = lines.get(decided.id());
        if (line == null && lines.size() < MOST) {
            line = new Line(decided);
            lines.put(decided.id(), line);
        }
        if (line != null) {
            line.occurrences++;
        }
    }

    /** Whether nobody is to mend what this was decided of; false where nothing was. */
    static boolean settles(@Nullable Decided decided) {
        return decided != null && !decided.decision().equals("assigned");
    }

    /** As it stands beside an occurrence. */
    static String word(Decided decided) {
        return switch (decided.decision()) {
            case "ignored" -> "Ignored";
            case "assigned" -> "Assigned";
            default -> "Accepted";
        };
    }

    /** Whose it is to mend, where it is somebody's, and why. */
    static String reason(Decided decided) {
        String assignee = decided.assignee();
        String reason =
                assignee == null
                        ? decided.reason()
                        : "%s, %s".formatted(assignee, decided.reason());
        return Wording.visible(Wording.cut(reason, LONGEST_REASON));
    }

    /** Whether nothing was decided of any. */
    public boolean isEmpty() {
        return decided() + assigned == 0;
    }

    /** How many occurrences are accepted or ignored. */
    public long decided() {
        return accepted + ignored;
    }

    /** How many are somebody's to mend. */
    public long assigned() {
        return assigned;
    }

    /** As "2 accepted, 1 ignored". */
    public String counts() {
        return Stream.of(count(accepted, "accepted"), count(ignored, "ignored"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    /** How many occurrences it is about, for a person. */
    public String sentence() {
        if (decided() == 0) {
            return "%s assigned to somebody, and open."
                    .formatted(Wording.count(assigned, "occurrence is", "occurrences are"));
        }
        String more =
                assigned == 0
                        ? ""
                        : " %s assigned to somebody, and open."
                                .formatted(Wording.count(assigned, "more is", "more are"));
        return "%s decided: %s.%s"
                .formatted(
                        Wording.count(decided(), "occurrence is", "occurrences are"),
                        counts(),
                        more);
    }

    private static String count(long number, String what) {
        return number == 0 ? "" : Wording.number(number) + " " + what;
    }

    /** Those of most occurrences first; perhaps not all. */
    public List<Line> listed() {
        return lines.values().stream()
                .sorted(
                        Comparator.comparingLong(Line::occurrences)
                                .reversed()
                                .thenComparing(line -> line.decided.id()))
                .limit(LISTED)
                .toList();
    }

    /** How many are not listed. */
    public int others() {
        return Math.max(0, lines.size() - LISTED);
    }
}
