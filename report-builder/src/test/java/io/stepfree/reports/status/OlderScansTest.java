package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of the rows that an earlier version wrote. */
final class OlderScansTest {

    private static final String SCANS =
            """
            INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, submitted_at)
            SELECT scan_id, 'request-1', 'completed', 1, now(), 'local', now()
              FROM unnest(ARRAY['scored', 'suspect', 'not judged', 'without a report']) AS scan_id
            """;

    private static final String REPORTS =
            """
            INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at)
            VALUES ('scored', '{"score": 53}', 'a', 'b', now()),
                   ('suspect', '{"score": null}', 'a', 'b', now()),
                   ('not judged', '{}', 'a', 'b', now())
            """;

    @Test
    void scansFromBeforeGetTheScoresOfTheirReports() {
        try (var database = TestDatabase.start()) {
            database.migrations("reports").target("3").load().migrate();
            var jdbi = database.jdbi();
            jdbi.useHandle(handle -> {
                handle.execute(SCANS);
                handle.execute(REPORTS);
            });

            database.migrations("reports").load().migrate();

            List<String> scores =
                    jdbi.withHandle(handle ->
                            handle.createQuery(
                                            "SELECT scan_id || ': ' || coalesce(score::text, 'none') FROM reports.scan_status_view WHERE batch_id IS NULL")
                                    .mapTo(String.class)
                                    .list());
            assertThat(scores)
                    .containsExactlyInAnyOrder(
                            "scored: 53",
                            "suspect: none",
                            "not judged: none",
                            "without a report: none");
        }
    }
}
