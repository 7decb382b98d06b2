package io.stepfree.standalone.printing;

import io.stepfree.standalone.client.ScanView;
import java.util.List;

/**
 * How some scans ended, counted.
 *
 * @param scanned how many pages were really seen, if not always wholly
 * @param notScanned how many were not
 * @param partial how many of those seen were not wholly seen
 * @param suspect how many more may not be the pages that were asked for
 * @param pagesWithViolations how many of those seen have violations
 * @param violations in how many places, all pages together, those that are suspect included
 * @param suspectViolations in how many places on pages that are suspect
 * @param needsReview in how many places a person has to look, those that are suspect included
 */
public record Tally(
        int scanned,
        int notScanned,
        int partial,
        int suspect,
        int pagesWithViolations,
        int violations,
        int suspectViolations,
        int needsReview) {

    /** Whether every page was scanned, wholly, and surely is the one that was asked for. */
    public boolean whollySeen() {
        return notScanned == 0 && partial == 0 && suspect == 0;
    }

    /** Counts them. */
    public static Tally of(List<ScanView> scans) {
        var scanned = 0;
        var partial = 0;
        var suspect = 0;
        var pagesWithViolations = 0;
        var violations = 0;
        var suspectViolations = 0;
        var needsReview = 0;
        for (var scan : scans) {
            var document = scan.report();
            if (document == null) {
                continue;
            }
            var report = PageReport.of(document);
            var summary = report.summary();
            violations += summary.violations();
            needsReview += summary.needsReview();
            if (report.suspect()) {
                suspect++;
                suspectViolations += summary.violations();
                continue;
            }
            scanned++;
            partial += report.partial() ? 1 : 0;
            pagesWithViolations += summary.violations() > 0 ? 1 : 0;
        }
        return new Tally(
                scanned,
                scans.size() - scanned - suspect,
                partial,
                suspect,
                pagesWithViolations,
                violations,
                suspectViolations,
                needsReview);
    }
}
