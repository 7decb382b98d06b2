package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The pages of a batch by template, and what fails in the same way on those of one. Not
 * thread-safe.
 *
 * <p>Elements fail in the same way when their rule is the same and their paths differ in numbers
 * and values of attributes alone. That is coarser than a fingerprint ({@link SharedElements}),
 * which knows the element's own markup too: pictures without a text alternative have another
 * address on each page, and are still one mistake of one template.
 *
 * <p>Memory is bounded: {@link #MOST_TEMPLATES} templates, those that come first, and {@link
 * #MOST_FAILURES} failures, of which the rarest half is forgotten when there are more (lossy
 * counting, as {@link SharedElements}).
 */
final class TemplateGroups {

    /** So many templates are told apart; a real site has dozens. */
    static final int MOST_TEMPLATES = 500;

    /** So many failures are followed; each takes about a kilobyte. */
    static final int MOST_FAILURES = 4_000;

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_MARKUP = 240;
    private static final int LONGEST_PATH = 160;

    /* Only what an engine's selector can hold; each is read once from left to right. */
    private static final Pattern VALUE = Pattern.compile("\\[([A-Za-z-]++)[^\\]]*+]");
    private static final Pattern NUMBER = Pattern.compile(":nth-child\\(\\d++\\)|\\d++");

    private final int mostFailures;
    private final Map<String, TemplateTotals> templates = new HashMap<>();
    private final Map<Key, Failure> failures = new HashMap<>();
    private int untold;
    private int beyond;
    private int missed;
    private long page;
    private String template = "";

    TemplateGroups() {
        this(MOST_FAILURES);
    }

    TemplateGroups(int mostFailures) {
        this.mostFailures = mostFailures;
    }

    private record Way(String rule, String pattern) {}

    private record Key(String template, Way way) {}

    private static final class Failure {
        private final String help;
        private final String impact;
        private final String path;
        private final String markup;
        private final int missed;
        private long lastPage = -1;
        private int pages;
        private long occurrences;

        Failure(Finding finding, Node node, String path, int missed) {
            help = Wording.cut(finding.help(), LONGEST_MARKUP);
            impact = finding.impact();
            this.path = path;
            markup = Wording.cut(node.html(), LONGEST_MARKUP);
            this.missed = missed;
        }

        int atMost() {
            return pages + missed;
        }
    }

    /** Begins a page; what is added next is on it. */
    void nextPage(String itsTemplate, PageLine line) {
        page++;
        template = Wording.cut(itsTemplate, LONGEST_NAME);
        if (template.isEmpty()) {
            untold++;
            return;
        }
        var totals = templates.get(template);
        if (totals == null) {
            if (templates.size() >= MOST_TEMPLATES) {
                beyond++;
                template = "";
                return;
            }
            totals = new TemplateTotals(template);
            templates.put(template, totals);
        }
        totals.add(line);
    }

    /** Adds what a rule found on the page. */
    void add(Finding finding) {
        if (template.isEmpty()) {
            return;
        }
        for (Node node : finding.nodes()) {
            var path = Wording.cut(String.join(" › ", node.target()), LONGEST_PATH);
            var key =
                    new Key(
                            template,
                            new Way(Wording.cut(finding.rule(), LONGEST_NAME), pattern(path)));
            var failure = failures.get(key);
            if (failure == null) {
                if (failures.size() >= mostFailures) {
                    forgetTheRarest();
                }
                failure = new Failure(finding, node, path, missed);
                failures.put(key, failure);
            }
            if (failure.lastPage != page) {
                failure.lastPage = page;
                failure.pages++;
            }
            failure.occurrences++;
        }
    }

    private static String pattern(String path) {
        return NUMBER.matcher(VALUE.matcher(path).replaceAll("[$1]")).replaceAll("#");
    }

    private void forgetTheRarest() {
        var counts = failures.values().stream().mapToInt(Failure::atMost).sorted().toArray();
        missed = counts[counts.length / 2];
        failures.values().removeIf(failure -> failure.atMost() <= missed);
    }

    /** The templates, those with most occurrences first. */
    List<TemplateTotals> templates() {
        return templates.values().stream().sorted(TemplateTotals.MOST_FIRST).toList();
    }

    /** How many pages were seen of which no template was told. */
    int untold() {
        return untold;
    }

    /** How many pages were seen of templates that were not told apart any more. */
    int beyond() {
        return beyond;
    }

    /** What fails on pages of that template and of no other, the highest impact first. */
    List<TemplateFailure> failuresOf(TemplateTotals template) {
        return byWay().entrySet().stream()
                .filter(way ->
                        way.getValue().size() == 1
                                && template.isNamed(way.getValue().getFirst().template()))
                .map(way -> failure(way.getKey(), way.getValue()))
                .sorted(GRAVEST_FIRST)
                .toList();
    }

    /** What fails in the same way on pages of several templates, the highest impact first. */
    List<TemplateFailure> ofSeveral() {
        return byWay().entrySet().stream()
                .filter(way -> way.getValue().size() > 1)
                .map(way -> failure(way.getKey(), way.getValue()))
                .sorted(GRAVEST_FIRST)
                .toList();
    }

    /** As everywhere, the highest impact first; among equals what is on most pages. */
    private static final Comparator<TemplateFailure> GRAVEST_FIRST =
            Comparator.comparingInt((TemplateFailure one) -> RuleTotals.gravity(one.impact()))
                    .thenComparingInt(TemplateFailure::pages)
                    .thenComparingLong(TemplateFailure::occurrences)
                    .reversed()
                    .thenComparing(TemplateFailure::rule)
                    .thenComparing(TemplateFailure::path);

    private Map<Way, List<Key>> byWay() {
        var ways = new HashMap<Way, List<Key>>();
        for (Key key : failures.keySet()) {
            ways.computeIfAbsent(key.way(), _ -> new ArrayList<>()).add(key);
        }
        ways.values().forEach(keys -> keys.sort(Comparator.comparing(Key::template)));
        return ways;
    }

    private TemplateFailure failure(Way way, List<Key> keys) {
        var all = keys.stream().map(key -> Objects.requireNonNull(failures.get(key))).toList();
        var shown = all.getFirst();
        return new TemplateFailure(
                Wording.visible(way.rule()),
                Wording.visible(shown.help),
                shown.impact,
                Wording.visible(shown.path),
                Wording.visible(shown.markup),
                all.stream().mapToInt(failure -> failure.pages).sum(),
                keys.stream()
                        .mapToInt(key ->
                                Objects.requireNonNull(templates.get(key.template())).pages())
                        .sum(),
                all.stream().mapToLong(failure -> failure.occurrences).sum(),
                keys.size(),
                all.stream().mapToInt(failure -> failure.missed).max().orElse(0));
    }
}
