package io.stepfree.standalone.printing;

import io.stepfree.standalone.client.ScanView;
import java.util.List;

/**
 * How some scans ended, counted.
 *
 * @param scanned how many pages were really seen, if not always wholly
 * @param notScanned how many were not
 * @param pagesWithWarnings how many of those seen come with warnings: a part of them was not seen
 * @param pagesWithViolations how many of those seen have violations
 * @param violations in how many places, all pages together
 * @param needsReview in how many places a person has to look
 */
public record Tally(
        int scanned,
        int notScanned,
        int pagesWithWarnings,
        int pagesWithViolations,
        int violations,
        int needsReview) {

    /** Counts them. */
    public static Tally of(List<ScanView> scans) {
        var scanned = 0;
        var pagesWithWarnings = 0;
        var pagesWithViolations = 0;
        var violations = 0;
        var needsReview = 0;
        for (var scan : scans) {
            var document = scan.report();
            if (document == null) {
                continue;
            }
            var report = PageReport.of(document);
            var summary = report.summary();
            scanned++;
            pagesWithWarnings += report.warnings().isEmpty() ? 0 : 1;
            pagesWithViolations += summary.violations() > 0 ? 1 : 0;
            violations += summary.violations();
            needsReview += summary.needsReview();
        }
        return new Tally(
                scanned,
                scans.size() - scanned,
                pagesWithWarnings,
                pagesWithViolations,
                violations,
                needsReview);
    }
}
