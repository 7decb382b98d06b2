package io.stepfree.reports.history;

import java.time.Instant;

/**
 * A finding that is known of a page, and where it was last seen.
 *
 * @param seenScanId the scan that saw it
 * @param seenPlace where it stands within that
 * @param seenAt when that scan was completed
 * @param seenEngine the engine that it was seen with
 * @param seenPage host and path of the page that it was seen on
 */
record Known(
        String fingerprint,
        String rule,
        String kind,
        String impact,
        String seenScanId,
        int seenPlace,
        Instant seenAt,
        String seenEngine,
        String seenPage) {

    static Known of(Look.Named finding, Look look) {
        return new Known(
                finding.fingerprint(),
                finding.rule(),
                finding.kind(),
                finding.impact(),
                look.scanId(),
                finding.place(),
                look.completedAt(),
                look.engine(),
                look.finalPage());
    }
}
