package io.stepfree.alerts.sample;

import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.PublishedReport;
import io.stepfree.schemas.scan.ReportChanges;
import io.stepfree.schemas.scan.ScanEvent;
import java.util.Optional;

/**
 * What has got worse on a page, in violations that are serious or critical.
 *
 * @param client whom the scan belongs to
 * @param host the host of the page
 * @param page names the page among those of the client
 * @param seenMillis when it had been seen, in milliseconds since the epoch
 * @param submittedMillis when the scan was submitted
 * @param whole whether all of the page was seen
 * @param open how many were new at an earlier look
 * @param fresh how many are new at this one
 */
public record ChangeSample(
        String client,
        String host,
        String page,
        long seenMillis,
        long submittedMillis,
        boolean whole,
        int open,
        int fresh)
        implements Sample {

    /** Empty for all events but those of a report that was compared. */
    public static Optional<Sample> of(String scanId, ScanEvent event) {
        PublishedReport report = event.getReport();
        if (event.getKind() != EventKind.REPORT_PUBLISHED
                || report == null
                || report.getChanges() == null) {
            return Optional.empty();
        }
        ReportChanges changes = report.getChanges();
        return Optional.of(
                new ChangeSample(
                        changes.getClient(),
                        changes.getHost(),
                        changes.getPage(),
                        report.getCompletedAt().toEpochMilli(),
                        changes.getSubmittedAt().toEpochMilli(),
                        changes.getWhole(),
                        changes.getOpen(),
                        changes.getFresh()));
    }
}
