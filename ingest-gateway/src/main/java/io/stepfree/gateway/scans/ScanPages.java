package io.stepfree.gateway.scans;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.access.ClientDatabase;
import io.stepfree.gateway.admission.ScanFilter;
import io.stepfree.platform.problem.ProblemException;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Reads the scans of a client page by page, the newest first, from the view that report-builder
 * shows; without second looks, which it did not submit. A page goes on after the last scan of the
 * one before, so that it stays right while new ones come, and costs the same at any depth.
 * Read-only, thread-safe; throws JdbiException when the database does not answer.
 */
public final class ScanPages {

    /* In the order of report-builder's indexes, each of which begins with the client. */
    private static final String PAGE =
            """
            SELECT scan_id, url, batch_id, NULL AS relook_of, status, standard, lower(priority) AS priority, attempt, score,
                   request_id, submitted_at, updated_at, next_attempt_at,
                   failure::text AS failure, NULL AS document, NULL AS html_file, NULL AS json_file
              FROM reports.scan_status_view
             WHERE <chosen>
             ORDER BY submitted_at DESC NULLS LAST, scan_id DESC
             LIMIT :limit
            """;

    private final ClientDatabase clients;
    private final ScanCursors cursors;

    /** Some scans, and the word that the next page is asked for with; absent on the last. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Page(List<ScanStatus> items, @Nullable String next) {}

    public ScanPages(Jdbi jdbi, ScanCursors cursors) {
        this.clients = new ClientDatabase(jdbi);
        this.cursors = cursors;
    }

    /**
     * A page of a client's scans, without their reports.
     *
     * @param cursor the word with the page before; null for the first one
     * @throws ProblemException when it is none of this client and filter
     */
    Page page(String client, ScanFilter filter, @Nullable String cursor, int limit) {
        var choice =
                new ScanChoice(
                        client,
                        filter,
                        cursor == null ? null : cursors.read(client, filter, cursor));
        List<ScanStatus> found =
                clients.read(
                        client,
                        handle ->
                                choice.into(handle.createQuery(PAGE))
                                        .bind("limit", limit + 1)
                                        .map((row, _) -> ScanProjection.status(row))
                                        .list());
        if (found.size() <= limit) {
            return new Page(found, null);
        }
        ScanStatus last = found.get(limit - 1);
        // A scan has a client only together with the moment when it was submitted.
        var place = new ScanCursors.Place(Objects.requireNonNull(last.submittedAt()), last.id());
        return new Page(found.subList(0, limit), cursors.word(client, filter, place));
    }
}
