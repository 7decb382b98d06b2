package io.stepfree.standalone.printing;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import io.stepfree.standalone.client.ScanView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The pages of one command, in the order in which they were named. */
public final class ScannedPages implements ReportedPages {

    private final List<ScanView> scans;
    private final ReportSubject subject;

    private ScannedPages(List<ScanView> scans, ReportSubject subject) {
        this.scans = scans;
        this.subject = subject;
    }

    /** One page that was seen is a report of its own; everything else is one of several pages. */
    public static ReportedPages of(List<ScanView> scans) {
        if (scans.size() == 1 && scans.getFirst().report() != null) {
            return new OnePage(document(scans.getFirst()));
        }
        var seen =
                scans.stream()
                        .filter(scan -> scan.report() != null)
                        .map(ScannedPages::document)
                        .toList();
        return new ScannedPages(
                List.copyOf(scans),
                new ReportSubject(
                        ReportSubject.Kind.BATCH,
                        scans.isEmpty() ? "none" : scans.getFirst().id(),
                        seen.isEmpty() ? "local" : seen.getFirst().client(),
                        seen.stream()
                                .map(ReportDocument::completedAt)
                                .max(Instant::compareTo)
                                .orElseGet(Instant::now)));
    }

    /**
     * The report of a page that was seen as the server gave it, also with what a newer one has in
     * it and this program does not know: its receipt is of all of it.
     */
    public static String report(ScanView scan) {
        return Objects.requireNonNull(scan.report()).toPrettyString() + "\n";
    }

    @Override
    public ReportSubject subject() {
        return subject;
    }

    @Override
    public void each(PageVisitor visitor) throws IOException {
        for (ScanView scan : scans) {
            if (scan.report() != null) {
                visitor.seen(document(scan));
            } else {
                ScanView.Failure failure = scan.failure();
                visitor.notSeen(
                        new UnseenPage(
                                scan.id(),
                                scan.url(),
                                scan.status(),
                                failure == null ? "" : failure.type(),
                                failure == null ? "" : failure.message(),
                                subject.at()));
            }
        }
    }

    private static ReportDocument document(ScanView scan) {
        return ReportJson.read(String.valueOf(scan.report()));
    }
}
