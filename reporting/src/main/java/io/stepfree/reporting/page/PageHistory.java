package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.pages.Changes;
import io.stepfree.reporting.pages.Overlay;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a page stands against the scan before, as a person reads it. It is public for the template
 * only.
 *
 * @param document the report
 * @param changes what is known
 * @param overlay what is laid over the report
 */
public record PageHistory(ReportDocument document, Changes changes, Overlay overlay) {

    /** So many findings of a state are listed; more of what is new is marked where it stands. */
    private static final int LISTED = 20;

    /** So many of them at once; the others are folded away. */
    private static final int SHOWN = 5;

    private static final int LONGEST_MARKUP = 240;
    private static final int LONGEST_PATH = 240;
    private static final int LONGEST_MESSAGE = 500;

    /**
     * A number with what it counts.
     *
     * @param name as "Not observed"
     * @param meaning in half a sentence
     */
    public record Count(String name, int findings, String meaning) {}

    /**
     * A finding in a list.
     *
     * @param review whether a person has to look at it, so that it is no violation
     * @param again Confirmed or Flickering, where it is new and the page was looked at again; null
     *     otherwise, and where that cannot tell
     * @param anchor the id of the place where it is shown; null where it is not any more
     * @param path where it is or was; empty where that is not kept
     * @param markup what it looked like; empty where that is not kept, or shown elsewhere
     * @param last when it was last seen and by which scan; null where that is this one or the one
     *     that it is compared with
     */
    public record Line(
            String impact,
            String text,
            String rule,
            boolean review,
            @Nullable String again,
            @Nullable String anchor,
            String path,
            String markup,
            @Nullable String last) {}

    /**
     * Findings of one state.
     *
     * @param heading as "New"
     * @param lead what that means
     * @param lines some of them
     * @param others how many are not listed
     * @param where the others are
     */
    public record Group(String heading, String lead, List<Line> lines, int others, String where) {

        /** Those that are shown at once. */
        public List<Line> shown() {
            return lines.subList(0, Math.min(SHOWN, lines.size()));
        }

        /** Those that are folded away. */
        public List<Line> folded() {
            return lines.subList(shown().size(), lines.size());
        }
    }

    /** Whether there is a scan before. */
    public boolean compared() {
        return changes.earlier() != null;
    }

    /** Says with what it was compared and what came of it, or why it was not. */
    public String sentence() {
        return switch (changes.compared()) {
            case "with_previous" -> came();
            case "first" ->
                    "This is the first look at this page: there is no earlier scan to compare it with.";
            case "suspect" ->
                    "It was compared with no earlier scan, because it may not be the page that was asked for.";
            case "secrets" ->
                    "It was compared with no earlier scan, because it brought cookies, headers or credentials: what only somebody else sees is neither new nor fixed.";
            case "unnamed" ->
                    "It was compared with no earlier scan, because its worker gave the findings no fingerprints.";
            default ->
                    "Nothing is kept of a comparison with an earlier scan, so nothing here is called new or fixed.";
        };
    }

    private String came() {
        var counts = changes.counts();
        var sentence = new StringBuilder();
        if (counts.newOnes() == 0 && counts.fixed() == 0) {
            sentence.append("No finding is new and none is fixed");
        } else {
            sentence.append(Wording.count(counts.newOnes(), "finding is new", "findings are new"))
                    .append(", ")
                    .append(Wording.count(counts.fixed(), "is fixed", "are fixed"));
        }
        if (counts.persisting() > 0) {
            sentence.append("; ")
                    .append(
                            Wording.count(
                                    counts.persisting(), "was there before", "were there before"));
        }
        return sentence.append('.').append(again()).toString();
    }

    /** What became of what is new, or why that is not known; empty where nobody is to look. */
    private String again() {
        var look = changes.secondLook();
        return switch (look == null ? "seen" : look.state()) {
            case "ordered" ->
                    " A second look at the page is ordered and not made yet; it tells whether what is new is there to stay.";
            case "missed" ->
                    " A second look was missed%s; the next one at the whole page tells whether what is new is there to stay."
                            .formatted(why(look));
            case "left_out" ->
                    " No second look was ordered, because there had been as many within the hour as may be; the next scan tells whether what is new is there to stay.";
            default -> outcomes();
        };
    }

    private static String why(Changes.@Nullable SecondLook missed) {
        return switch (missed == null ? null : missed.reason()) {
            case "dead_lettered" -> ", because its scan failed";
            case "cancelled" -> ", because its scan was cancelled";
            case "partial" -> ", because it did not see all of the page";
            case "suspect" -> ", because it may have seen another page";
            case "unnamed" -> ", because its worker gave the findings no fingerprints";
            case null, default -> ", and why is not known";
        };
    }

    /** Of what the scan of the second look failed; null where it did not. */
    public @Nullable String secondLookFailed() {
        var look = changes.secondLook();
        var failure = look == null ? null : look.failure();
        return look == null || failure == null
                ? null
                : "Scan %s of the second look failed: %s. %s"
                        .formatted(
                                Wording.visible(String.valueOf(look.scan())),
                                Wording.failure(failure.type()),
                                Wording.visible(Wording.cut(failure.message(), LONGEST_MESSAGE)))
                        .strip();
    }

    /** As "Looked at again: 1 confirmed"; empty where nobody has. */
    private String outcomes() {
        Map<String, Long> outcomes =
                overlay.marks().values().stream()
                        .flatMap(mark -> Stream.ofNullable(mark.again()))
                        .collect(Collectors.groupingBy(word -> word, Collectors.counting()));
        String counts =
                Stream.of("confirmed", "flickering", "unknown")
                        .filter(outcomes::containsKey)
                        .map(word -> Wording.number(outcomes.getOrDefault(word, 0L)) + ' ' + word)
                        .collect(Collectors.joining(", "));
        return counts.isEmpty() ? "" : " Looked at again: " + counts + ".";
    }

    /** The address of the earlier scan's report, where this one is served. */
    public String earlierReport() {
        return "../%s/report.html"
                .formatted(URLEncoder.encode(earlier().scanId(), StandardCharsets.UTF_8));
    }

    /** The earlier scan's id. */
    public String earlierId() {
        return Wording.visible(earlier().scanId());
    }

    /** When the earlier scan saw the page; null when that is not kept any more. */
    public @Nullable String earlierAt() {
        var at = earlier().completedAt();
        return at == null ? null : Wording.when(at);
    }

    /** The earlier engine where it is another one; null otherwise. */
    public @Nullable String earlierEngine() {
        var engine = earlier().engine();
        return engine == null || engine.equals(document.engine()) ? null : Wording.visible(engine);
    }

    private Changes.Earlier earlier() {
        var earlier = changes.earlier();
        if (earlier == null) {
            throw new IllegalStateException("there is no scan before");
        }
        return earlier;
    }

    /** How many findings there are in each state: the first three always. */
    public List<Count> counts() {
        var told = changes.counts();
        var counts = new ArrayList<Count>();
        counts.add(new Count("New", told.newOnes(), "would have been seen before"));
        counts.add(
                new Count(
                        "Fixed",
                        told.fixed(),
                        changes.whole()
                                ? "their part was seen without them"
                                : "nothing counts as fixed, since not all was seen"));
        counts.add(new Count("There before", told.persisting(), "and still there"));
        add(counts, "Newly observed", told.newlyObserved(), "may have been there, unseen");
        add(counts, "Not observed", told.notObserved(), "may still be there, unseen");
        add(counts, "Engine changed", told.engineChanged(), "came or went with its version");
        return counts;
    }

    private static void add(List<Count> counts, String name, int findings, String meaning) {
        if (findings > 0) {
            counts.add(new Count(name, findings, meaning));
        }
    }

    /** The lists; only those that have something in them. */
    public List<Group> groups() {
        var told = changes.counts();
        var below = "marked where they stand";
        var elsewhere =
                "known to the service: /api/scans/%s/changes"
                        .formatted(Wording.visible(document.scanId()));
        var groups = new ArrayList<Group>();
        add(
                groups,
                new Group(
                        "New",
                        "They would have been seen by the scan before, and were not there.",
                        present("new"),
                        told.newOnes(),
                        below));
        add(
                groups,
                new Group(
                        "Fixed",
                        "Their part of the page was seen again, without them.",
                        changes.fixed().stream().limit(LISTED).map(this::line).toList(),
                        told.fixed(),
                        elsewhere));
        add(
                groups,
                new Group(
                        "Newly observed",
                        "The scan before did not see all of the page, so they may have been there.",
                        present("newly_observed"),
                        told.newlyObserved(),
                        below));
        add(
                groups,
                new Group(
                        "Not observed",
                        "Their part of the page was not seen this time. They are not called fixed.",
                        changes.notObserved().stream().limit(LISTED).map(this::line).toList(),
                        told.notObserved(),
                        elsewhere));
        var gone = changes.engineGone().stream().limit(LISTED).map(this::line);
        add(
                groups,
                new Group(
                        "Engine changed",
                        "Another version of the engine finds them, or does not find them any more. Nobody can tell whether the page changed.",
                        Stream.concat(present("engine_changed").stream(), gone)
                                .limit(LISTED)
                                .toList(),
                        told.engineChanged(),
                        elsewhere));
        return groups;
    }

    private static void add(List<Group> groups, Group all) {
        if (all.others() > 0) {
            groups.add(
                    new Group(
                            all.heading(),
                            all.lead(),
                            all.lines(),
                            Math.max(0, all.others() - all.lines().size()),
                            all.where()));
        }
    }

    private List<Line> present(String state) {
        var lines = new ArrayList<Line>();
        int number = 0;
        for (int index = 0; index < document.violations().size(); index++) {
            number =
                    add(
                            lines,
                            state,
                            document.violations().get(index),
                            false,
                            ReportPage.violation(index),
                            number);
        }
        for (int index = 0; index < document.needsReview().size(); index++) {
            number =
                    add(
                            lines,
                            state,
                            document.needsReview().get(index),
                            true,
                            ReportPage.review(index),
                            number);
        }
        return lines;
    }

    /** Adds those of a rule, and gives the number after its last one. */
    private int add(
            List<Line> lines,
            String state,
            Finding finding,
            boolean review,
            String anchor,
            int first) {
        for (int index = 0; index < finding.nodes().size() && lines.size() < LISTED; index++) {
            var mark = overlay.marks().get(first + index);
            if (mark != null && state.equals(mark.state())) {
                var node = finding.nodes().get(index);
                lines.add(
                        new Line(
                                node.impact(),
                                Wording.visible(finding.help()),
                                Wording.visible(finding.rule()),
                                review,
                                ElementMark.again(mark.again()),
                                anchor,
                                path(node.target()),
                                "",
                                null));
            }
        }
        return first + finding.nodes().size();
    }

    private Line line(Changes.Missing gone) {
        boolean review = gone.kind().equals("needs_review");
        return new Line(
                gone.impact(),
                review ? "Needed review" : "Violated",
                Wording.visible(gone.rule()),
                review,
                null,
                null,
                path(gone.target()),
                Wording.visible(Wording.cut(gone.html(), LONGEST_MARKUP)),
                gone.lastSeen().equals(earlier().scanId())
                        ? null
                        : "%s (scan %s)"
                                .formatted(
                                        Wording.when(gone.lastSeenAt()),
                                        Wording.visible(gone.lastSeen())));
    }

    private static String path(List<String> target) {
        return Wording.visible(Wording.cut(String.join(" › ", target), LONGEST_PATH));
    }
}
