package io.stepfree.reporting.format;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.page.SuccessCriterion;
import io.stepfree.reporting.page.Wording;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.UnseenPage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the pages say about each success criterion. Holds a few numbers and names for each of them,
 * however many pages there are. Not thread-safe.
 *
 * <p>A page that may be another one proves nothing about the pages that were asked for, so its
 * findings do not count here; it is told of.
 */
final class ConformanceTotals implements PageVisitor {

    private static final int MOST_NAMES = 20;

    private final Map<String, Failures> criteria = new HashMap<>();
    private final Set<String> engines = new TreeSet<>();
    private String firstPage = "A page";
    private boolean hasPage;
    private int whole;
    private int part;
    private int suspect;
    private int notSeen;

    /** Of one criterion. */
    private static final class Failures {
        private final Set<String> rules = new TreeSet<>();
        private int pages;
        private long places;
        private long review;
    }

    @Override
    public void seen(ReportDocument page) {
        name(page.title().isBlank() ? page.finalUrl() : page.title());
        if (page.validity().equals("suspect")) {
            suspect++;
            return;
        }
        if (page.validity().equals("valid")) {
            whole++;
        } else {
            part++;
        }
        if (engines.size() < MOST_NAMES) {
            engines.add("%s in %s".formatted(page.engine(), page.browser()));
        }
        var failing = new HashSet<String>();
        for (Finding finding : page.violations()) {
            for (String number : Set.copyOf(finding.successCriteria())) {
                Failures failures = of(number);
                if (failing.add(number)) {
                    failures.pages++;
                }
                failures.places += finding.nodeCount();
                if (failures.rules.size() < MOST_NAMES) {
                    failures.rules.add(finding.rule());
                }
            }
        }
        for (Finding finding : page.needsReview()) {
            for (String number : Set.copyOf(finding.successCriteria())) {
                of(number).review += finding.nodeCount();
            }
        }
    }

    @Override
    public void notSeen(UnseenPage page) {
        name(page.url());
        notSeen++;
    }

    /** The title of the first page, its address where it has none. */
    String firstPage() {
        return firstPage;
    }

    /** As "Of 13 pages, 12 were seen as a whole, …, and 1 was not seen." */
    String whatWasSeen() {
        return "Of %s, %s seen as a whole, %s in part, %s may be another page than the one asked for and %s not counted, and %s not seen."
                .formatted(
                        Wording.count(whole + part + suspect + notSeen, "page", "pages"),
                        Wording.count(whole, "was", "were"),
                        Wording.number(part),
                        Wording.number(suspect),
                        suspect == 1 ? "is" : "are",
                        Wording.count(notSeen, "was", "were"));
    }

    /** As " with axe-core 4.11 in Chrome 156"; empty where no page was seen. */
    String engines() {
        return engines.isEmpty() ? "" : " with " + String.join(", ", engines);
    }

    /**
     * How far a criterion is met, in the words of OpenACR: "does-not-support" where it fails on
     * more than half of at least two pages that were seen, "partially-supports" where it fails on
     * fewer or the only one, since one page says nothing of the most of a product; else
     * "not-evaluated".
     */
    String level(String number) {
        Failures failures = criteria.get(number);
        if (failures == null || failures.pages == 0) {
            return "not-evaluated";
        }
        return pages() > 1 && failures.pages * 2L > pages()
                ? "does-not-support"
                : "partially-supports";
    }

    /** Why, in a sentence or two. */
    String notes(String number) {
        Failures failures = criteria.getOrDefault(number, new Failures());
        String review =
                failures.review == 0
                        ? ""
                        : " In %s the check could not decide."
                                .formatted(Wording.count(failures.review, "place", "places"));
        if (failures.pages == 0) {
            return pages() == 0
                    ? "No page was seen. A person has to look."
                    : "No automated check has proven it to fail on the %s seen.%s A person has to look."
                            .formatted(Wording.count(pages(), "page", "pages"), review);
        }
        return "Fails on %s of the %s seen, in %s: %s.%s What else fails, a person has to find out."
                .formatted(
                        Wording.number(failures.pages),
                        Wording.count(pages(), "page", "pages"),
                        Wording.count(failures.places, "place", "places"),
                        String.join(", ", failures.rules),
                        review);
    }

    private int pages() {
        return whole + part;
    }

    private void name(String page) {
        if (!hasPage) {
            firstPage = page;
            hasPage = true;
        }
    }

    /* Of a number that WCAG does not have, nothing is kept: it may be any text. */
    private Failures of(String number) {
        return SuccessCriterion.of(number).isPresent()
                ? criteria.computeIfAbsent(number, _ -> new Failures())
                : new Failures();
    }
}
