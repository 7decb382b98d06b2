package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the elements that fail in the same way on many pages, as those of a template do: one fix
 * mends them all. Not thread-safe.
 *
 * <p>Elements are the same when a rule gave them the same fingerprint (docs/score.md). Elements
 * that lie side by side, as the links of a menu, have fingerprints of their own; those of a rule
 * whose paths differ in numbers alone, and that are on exactly the same pages, are one fix.
 *
 * <p>Memory is bounded: at most {@link #MOST} elements are followed. When there are more, those on
 * the fewest pages are forgotten, at least half of all (lossy counting, Manku and Motwani 2002). An
 * element that is met again later may then be on more pages than are counted, by a known number at
 * most; it says so.
 */
final class SharedElements {

    /** So many elements are followed; each takes about a kilobyte. */
    static final int MOST = 10_000;

    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_MARKUP = 240;
    private static final int LONGEST_PATH = 160;

    private final int most;
    private final Map<String, Element> elements = new HashMap<>();
    private long page;
    private long pageMark;
    private String template = "";
    private int missed;
    private long unnamed;

    SharedElements() {
        this(MOST);
    }

    SharedElements(int most) {
        this.most = most;
    }

    private static final class Element {
        private final String rule;
        private final String help;
        private final String path;
        private final String markup;
        private final int missed;
        private String impact;
        private long lastPage = -1;
        private long pagesMark;
        private int pages;
        private int foretold;
        private long occurrences;
        private double points;
        private double burden;
        private final String template;
        private boolean ofSeveral;

        Element(Finding finding, Node node, String template, int missed) {
            this.template = template;
            rule = Wording.cut(finding.rule(), LONGEST_NAME);
            help = Wording.cut(finding.help(), LONGEST_MARKUP);
            path =
                    Wording.cut(
                            node.target().isEmpty() ? "" : node.target().getLast(), LONGEST_PATH);
            markup = Wording.cut(node.html(), LONGEST_MARKUP);
            impact = finding.impact();
            this.missed = missed;
        }

        int atMost() {
            return pages + missed;
        }
    }

    /** Begins a page that is built so; what is added next is on it. */
    void nextPage(String itsTemplate) {
        template = Wording.cut(itsTemplate, LONGEST_NAME);
        page++;
        pageMark = mixed(page);
    }

    /**
     * Adds what is to be mended of a rule on the page.
     *
     * @param points by how much the page's score would rise without it
     * @param foretold whether that is known
     */
    void add(Outstanding found, int points, boolean foretold) {
        Finding finding = found.finding();
        int count = Math.max(1, found.occurrences());
        double share = (double) points / count;
        double burden = found.burden() / count;
        unnamed += Math.max(0, finding.nodeCount() - finding.nodes().size());
        for (Node node : found.nodes()) {
            if (node.fingerprint().isEmpty()) {
                unnamed++;
            } else {
                add(finding, node, share, foretold, burden);
            }
        }
    }

    private void add(Finding finding, Node node, double points, boolean foretold, double burden) {
        var key =
                Wording.cut(finding.rule(), LONGEST_NAME)
                        + '\n'
                        + Wording.cut(node.fingerprint(), LONGEST_NAME);
        var element = elements.get(key);
        if (element == null) {
            if (elements.size() >= most) {
                forgetTheRarest();
            }
            element = new Element(finding, node, template, missed);
            elements.put(key, element);
        }
        if (element.lastPage != page) {
            element.lastPage = page;
            element.ofSeveral |= !element.template.equals(template);
            element.pages++;
            element.pagesMark += pageMark;
            element.foretold += foretold ? 1 : 0;
        }
        element.occurrences++;
        element.points += points;
        element.burden += burden;
    }

    private void forgetTheRarest() {
        var counts = elements.values().stream().mapToInt(Element::atMost).sorted().toArray();
        missed = counts[counts.length / 2];
        elements.values().removeIf(element -> element.atMost() <= missed);
    }

    /** What is on more than one page, that which is worth most first. */
    List<SharedFix> fixes() {
        var fixes = new HashMap<List<Object>, SharedFix>();
        // In an order of its own, so that the same pages give the same report.
        for (Element element : inOrder()) {
            if (element.pages > 1) {
                fixes.merge(
                        List.of(
                                element.rule,
                                withoutNumbers(element.path),
                                element.pages,
                                element.pagesMark,
                                element.missed),
                        fix(element),
                        SharedFix::and);
            }
        }
        return fixes.values().stream()
                .sorted(
                        Comparator.comparingDouble(SharedFix::points)
                                .thenComparingDouble(SharedFix::burden)
                                .thenComparingLong(SharedFix::occurrences)
                                .reversed()
                                .thenComparing(SharedFix::rule)
                                .thenComparing(SharedFix::path))
                .toList();
    }

    /** How many occurrences have no name, or are counted only, and so cannot be compared. */
    long unnamed() {
        return unnamed;
    }

    /** On how many pages an element may be at most that is not followed; 0 when all are. */
    int missed() {
        return missed;
    }

    private Collection<Element> inOrder() {
        var ordered = new ArrayList<>(elements.values());
        ordered.sort(
                Comparator.comparing((Element element) -> element.rule)
                        .thenComparing(element -> element.path)
                        .thenComparing(element -> element.markup));
        return ordered;
    }

    private static SharedFix fix(Element element) {
        return new SharedFix(
                Wording.visible(element.rule),
                Wording.visible(element.help),
                element.impact,
                Wording.visible(element.path),
                Wording.visible(element.markup),
                1,
                element.pages,
                element.occurrences,
                element.missed,
                element.foretold,
                element.points,
                element.burden,
                element.ofSeveral || element.missed > 0 ? "" : element.template);
    }

    private static String withoutNumbers(String path) {
        return path.replaceAll("(:nth-child\\(\\d+\\))|\\d+", "#");
    }

    /**
     * A number of the page such that sums of them are equal only for the same pages, but for a
     * chance of 1 in 2^64 (the mixing step of SplitMix64).
     */
    private static long mixed(long page) {
        long mixed = page * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
