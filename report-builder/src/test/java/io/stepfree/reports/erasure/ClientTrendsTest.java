package io.stepfree.reports.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.erasure.Erasure;
import io.stepfree.platform.fixture.TestDatabase;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is counted again when a client's scans are erased, in a real database. */
final class ClientTrendsTest {

    private static final Erasure ERASURE =
            new Erasure("erasure-1", "acme", Instant.parse("2026-12-01T00:00:00Z"));

    @Test
    void anErasureGoesOnUntilAllSitesAreCountedAgain() {
        try (TestDatabase database = TestDatabase.start("reports")) {
            var jdbi = database.jdbi();
            // Of three sites a day is counted behind which nothing stands any more.
            jdbi.useHandle(handle -> {
                handle.execute(
                        """
                        INSERT INTO reports.trend
                        SELECT 'acme', 'day', '', '2026-11-23T00:00:00Z', i || '.example', 1, 1, 0, 0, 0, 0, 0, 0, 0, '{}', '{}'
                          FROM generate_series(1, 3) AS i
                        """);
                handle.execute(
                        "INSERT INTO reports.trend_due (client, host, day) SELECT client, host, '2026-11-23' FROM reports.trend");
            });
            var trends = new ClientTrends(2);

            while (!jdbi.inTransaction(handle -> trends.eraseSome(handle, ERASURE)).isEmpty()) {
                // There may be more.
            }

            Map<String, Long> left = jdbi.withHandle(handle -> trends.remaining(handle, ERASURE));
            assertThat(left).containsEntry("trends", 0L);
        }
    }
}
