package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;

/**
 * The scans of a client, also those that are too new for the projection to have seen them.
 * Read-only, thread-safe; throws JdbiException when the database does not answer.
 */
public final class KnownScans {

    private final ScanProjection projection;
    private final RecentScans recent;

    public KnownScans(ScanProjection projection, RecentScans recent) {
        this.projection = projection;
        this.recent = recent;
    }

    /**
     * The scan, with its report where there is one.
     *
     * @param id as the client wrote it
     * @throws ProblemException not-found, when there is no such scan of this client
     */
    ScanStatus find(String client, String id) {
        String scanId = ScanIds.read(id).orElseThrow(() -> unknown(id));
        return projection
                .find(client, scanId)
                .or(() -> recent.find(client, scanId).map(ScanStatus::justAccepted))
                .orElseThrow(() -> unknown(id));
    }

    /**
     * The report of a scan, its JSON as it was stored.
     *
     * @param id as the client wrote it
     * @throws ProblemException not-found, when there is no such scan of this client; conflict, when
     *     it has no report, with why and whether there will be one
     */
    public String report(String client, String id) {
        ScanStatus status = find(client, id);
        String report = status.report();
        if (report == null) {
            throw new ProblemException(ProblemType.CONFLICT, whyNone(status));
        }
        return report;
    }

    /**
     * Where the report of a scan lies.
     *
     * @param scanId the scan
     * @param files the files
     */
    public record Stored(String scanId, ScanStatus.ReportFiles files) {}

    /**
     * Where the report of a scan lies, without the report.
     *
     * @param id as the client wrote it
     * @throws ProblemException as {@link #report} does
     */
    public Stored stored(String client, String id) {
        String scanId = ScanIds.read(id).orElseThrow(() -> unknown(id));
        ScanStatus status =
                projection
                        .findWithoutReport(client, scanId)
                        .or(() -> recent.find(client, scanId).map(ScanStatus::justAccepted))
                        .orElseThrow(() -> unknown(id));
        ScanStatus.ReportFiles files = status.reportFiles();
        if (files == null) {
            throw new ProblemException(ProblemType.CONFLICT, whyNone(status));
        }
        return new Stored(scanId, files);
    }

    private static String whyNone(ScanStatus status) {
        String self = ScanLinks.of(status.id()).self();
        return switch (status.status()) {
            case "dead_lettered" ->
                    "Scan %s has no result: it failed for good at attempt %d (%s), and is a dead letter. It has one once it is replayed and ends well; or submit the page anew."
                            .formatted(status.id(), status.attempt(), status.whyFailed());
            case "cancelled" ->
                    "Scan %s has no result and will have none: it was cancelled."
                            .formatted(status.id());
            case "completed" ->
                    "Scan %s has ended, and its report is being written; ask again in a moment."
                            .formatted(status.id());
            default ->
                    "Scan %s has no result yet: it is %s. %s/events tells when it ends."
                            .formatted(status.id(), status.status(), self);
        };
    }

    static ProblemException unknown(String id) {
        return new ProblemException(
                ProblemType.NOT_FOUND, "There is no scan with the id %s.".formatted(id));
    }
}
