package io.stepfree.reports.history;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A published report as the history keeps it: each occurrence, and what is needed to compare it.
 * Made of the report alone; every report makes one, whatever its page has put into it.
 *
 * @param completedAt when its page had been seen; a moment that no clock of ours can tell is moved
 *     into the years that there are months for
 * @param pageKey equal for scans that can be compared; null where there is nothing to compare with
 * @param incomparable why not: suspect, secrets or unnamed; null where it can be compared
 * @param template names how the page is built; null where that was not told
 * @param occurrences the findings, the gravest first
 * @param tally what it is counted with in trends
 */
public record PublishedScan(
        String scanId,
        String client,
        String host,
        String url,
        Instant submittedAt,
        Instant completedAt,
        @Nullable String pageKey,
        @Nullable String incomparable,
        String engine,
        String finalPage,
        boolean whole,
        Set<String> cutRules,
        @Nullable String template,
        List<Occurrence> occurrences,
        Tally tally) {

    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");

    /** A clock that is ahead by more is wrong. */
    private static final Duration AHEAD = Duration.ofDays(1);

    /* Indexed texts must fit an index; the others are for people to look at. */
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_HOST = 253;
    private static final int LONGEST_URL = 2_000;
    private static final int LONGEST_HTML = 500;
    private static final int LONGEST_SELECTOR = 1_000;
    private static final int MOST_SELECTORS = 20;

    private static final Pattern PLACE = Pattern.compile("^[a-zA-Z]+://([^?#]*)");

    public PublishedScan {
        cutRules = Set.copyOf(cutRules);
        occurrences = List.copyOf(occurrences);
    }

    /**
     * One element that a rule speaks of.
     *
     * @param place within the scan, counted down to 0, so that the gravest has the highest
     * @param kind violation or needs_review
     * @param fingerprint unique within the scan; null where the worker gave none
     * @param html the element's own markup, cut short
     */
    public record Occurrence(
            int place,
            String rule,
            List<String> criteria,
            String impact,
            String kind,
            @Nullable String fingerprint,
            List<String> target,
            String html) {}

    /**
     * A report in numbers.
     *
     * @param seen whether it was the page that was seen, be it a part of it
     * @param score 0 to 100; null where there is none
     * @param violated in how many places each rule is violated, also where these are not told
     */
    public record Tally(boolean seen, @Nullable Integer score, SortedMap<String, Long> violated) {

        public Tally {
            violated = Collections.unmodifiableSortedMap(new TreeMap<>(violated));
        }

        private static Tally of(ReportDocument document) {
            var violated = new TreeMap<String, Long>();
            document.violations()
                    .forEach(finding ->
                            violated.merge(
                                    cut(finding.rule(), LONGEST_NAME),
                                    (long) finding.nodeCount(),
                                    Long::sum));
            return new Tally(!document.validity().equals("suspect"), document.score(), violated);
        }
    }

    /**
     * The scan that a report is of.
     *
     * @param now when the report is published; what a worker's clock says beyond is not believed,
     *     since findings of a time to come would never be old
     */
    public static PublishedScan of(ScanRequest request, ReportDocument document, Instant now) {
        var occurrences = occurrences(document);
        Optional<String> pageKey = PageKey.of(request);
        Set<String> cutRules = cutRules(document);
        boolean named = occurrences.stream().allMatch(one -> one.fingerprint() != null);
        String incomparable =
                document.validity().equals("suspect")
                        ? "suspect"
                        : pageKey.isEmpty() ? "secrets" : named ? null : "unnamed";
        return new PublishedScan(
                document.scanId(),
                document.client(),
                cut(StorableText.of(request.getHost()), LONGEST_HOST),
                cut(document.url(), LONGEST_URL),
                document.submittedAt(),
                clamp(document.completedAt(), now.plus(AHEAD)),
                incomparable == null ? pageKey.orElseThrow() : null,
                incomparable,
                cut(document.engine(), LONGEST_NAME),
                finalPage(document.finalUrl()),
                // What was cut somewhere that cannot be told, may be anywhere.
                document.validity().equals("valid") && (!document.cut() || !cutRules.isEmpty()),
                cutRules,
                document.template().isEmpty() ? null : cut(document.template(), LONGEST_NAME),
                occurrences,
                Tally.of(document));
    }

    /** As it is compared; only for one that can be. */
    Look look() {
        return new Look(
                scanId,
                completedAt,
                engine,
                finalPage,
                whole,
                cutRules,
                occurrences.stream()
                        .map(one ->
                                new Look.Named(
                                        one.place(),
                                        Objects.requireNonNull(one.fingerprint()),
                                        one.rule(),
                                        one.kind(),
                                        one.impact()))
                        .toList());
    }

    private static List<Occurrence> occurrences(ReportDocument document) {
        var occurrences = new ArrayList<Occurrence>();
        var names = new HashMap<String, Integer>();
        int place = nodes(document.violations()) + nodes(document.needsReview());
        for (boolean violation : new boolean[] {true, false}) {
            for (var finding : violation ? document.violations() : document.needsReview()) {
                for (var node : finding.nodes()) {
                    occurrences.add(
                            new Occurrence(
                                    --place,
                                    cut(finding.rule(), LONGEST_NAME),
                                    finding.successCriteria().stream()
                                            .map(criterion -> cut(criterion, LONGEST_NAME))
                                            .toList(),
                                    node.impact(),
                                    violation ? "violation" : "needs_review",
                                    unique(node.fingerprint(), names),
                                    node.target().stream()
                                            .limit(MOST_SELECTORS)
                                            .map(selector -> cut(selector, LONGEST_SELECTOR))
                                            .toList(),
                                    cut(node.html(), LONGEST_HTML)));
                }
            }
        }
        return occurrences;
    }

    private static int nodes(List<ReportDocument.Finding> findings) {
        return findings.stream().mapToInt(finding -> finding.nodes().size()).sum();
    }

    /** Workers count elements that are alike; one that did not must not make two of one finding. */
    private static @Nullable String unique(String fingerprint, Map<String, Integer> names) {
        if (fingerprint.isEmpty()) {
            return null;
        }
        String name = cut(fingerprint, LONGEST_NAME);
        int count = names.merge(name, 1, Integer::sum);
        return count == 1 ? name : name + "~" + count;
    }

    private static Set<String> cutRules(ReportDocument document) {
        var cut = new HashSet<String>();
        for (var findings : List.of(document.violations(), document.needsReview())) {
            for (var finding : findings) {
                if (finding.nodes().size() < finding.nodeCount()) {
                    cut.add(cut(finding.rule(), LONGEST_NAME));
                }
            }
        }
        return cut;
    }

    /** Without scheme and query: a session's number in an address makes no other page. */
    private static String finalPage(String url) {
        Matcher place = PLACE.matcher(url);
        return cut(place.find() ? place.group(1) : url, LONGEST_URL);
    }

    private static Instant clamp(Instant moment, Instant last) {
        return moment.isBefore(FIRST) ? FIRST : moment.isAfter(last) ? last : moment;
    }

    /** Not within a character. */
    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : StorableText.of(text.substring(0, longest));
    }
}
