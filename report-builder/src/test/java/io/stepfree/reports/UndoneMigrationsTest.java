package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.MigrationWalk;
import io.stepfree.platform.fixture.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whoever goes back to an older version has a database that it can work with: at once, because
 * migrations only add, and, with the scripts that undo them, as it was before.
 */
final class UndoneMigrationsTest {

    /** What each version writes that the one before did not, in its own words. */
    private static final Map<String, List<String>> WORDS =
            Map.ofEntries(
                    Map.entry(
                            "1",
                            List.of(
                                    """
                                    INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at)
                                    VALUES ('%1$s', '{"score": 70}', 'h', 'j', now())
                                    ON CONFLICT (scan_id) DO NOTHING
                                    """,
                                    "UPDATE reports.report SET announced_at = now() WHERE scan_id = '%1$s' AND announced_at IS NULL",
                                    """
                                    INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, url, host,
                                           standard, priority, submitted_at, earlier_attempts, replays, accepted_at)
                                    VALUES ('%1$s', 'r', 'dispatched', 1, now(), 'acme', 'https://a.example/', 'a.example',
                                            'wcag22aa', 'high', now(), 0, 0, now())
                                    """,
                                    "UPDATE reports.scan_status SET status = 'completed' WHERE scan_id = '%1$s'")),
                    Map.entry(
                            "2",
                            List.of(
                                    "INSERT INTO reports.batch_status VALUES ('%1$s', 'acme', 1, 0, 0, 0, 1, 0, 0, now(), 7)")),
                    Map.entry(
                            "4",
                            List.of(
                                    """
                                    INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, host, batch_id)
                                    VALUES ('%1$s', 'r', 'dead_lettered', 4, now(), 'acme', 'a.example', 'nightly')
                                    """,
                                    "UPDATE reports.scan_status SET status = 'completed', score = 70 WHERE scan_id = '%1$s'")),
                    Map.entry(
                            "6",
                            List.of(
                                    """
                                    INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at, repeat_key, completed_at)
                                    VALUES ('%1$s', '{"score": 70}', 'h', 'j', now(), 'key', now())
                                    """)),
                    Map.entry(
                            "7",
                            List.of(
                                    "INSERT INTO reports.site_status VALUES ('%1$s', 'acme', '{\"pages\": 3}', now(), 7)")),
                    Map.entry(
                            "8",
                            List.of(
                                    """
                                    INSERT INTO reports.erasure (id, client, request_id, ordered_by, reason, ordered_at)
                                    VALUES ('%1$s', 'gone', 'r', 'admin', 'asked for', now())
                                    """,
                                    "INSERT INTO reports.erased_scan (scan_id, erasure_id) VALUES ('erased-%1$s', '%1$s')",
                                    """
                                    INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at, client, submitted_at,
                                           repeat_key, completed_at)
                                    SELECT '%1$s', '{"score": 70}', 'h', 'j', now(), 'acme', now(), 'key', now()
                                     WHERE NOT EXISTS (SELECT FROM reports.erasure
                                                        WHERE erasure.client = 'acme' AND erasure.ordered_at >= now())
                                    ON CONFLICT (scan_id) DO NOTHING
                                    """)),
                    Map.entry(
                            "10",
                            List.of(
                                    """
                                    CREATE TABLE IF NOT EXISTS reports.finding_2026_11 PARTITION OF reports.finding
                                           FOR VALUES FROM ('2026-11-01T00:00:00Z') TO ('2026-12-01T00:00:00Z')
                                    """,
                                    """
                                    CREATE TABLE IF NOT EXISTS reports.missing_finding_2026_11 PARTITION OF reports.missing_finding
                                           FOR VALUES FROM ('2026-11-01T00:00:00Z') TO ('2026-12-01T00:00:00Z')
                                    """,
                                    """
                                    INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                                           whole, cut_rules, found)
                                    VALUES ('%1$s', 'acme', now(), '2026-11-23T09:00:00Z', 'page', 'axe', 'a.example/', true, '{}', 1)
                                    """,
                                    """
                                    INSERT INTO reports.finding (scan_id, place, completed_at, submitted_at, client, host, url, page_key, rule,
                                           criteria, impact, kind, fingerprint, target, html, state)
                                    VALUES ('%1$s', 0, '2026-11-23T09:00:00Z', now(), 'acme', 'a.example', 'https://a.example/', 'page',
                                            'label', '{4.1.2}', 'critical', 'violation', 'f', '{input}', '<input>', 'new')
                                    """,
                                    """
                                    INSERT INTO reports.missing_finding (scan_id, fingerprint, completed_at, client, state, rule, kind, impact,
                                           seen_scan_id, seen_place, seen_completed_at, seen_engine, seen_page)
                                    VALUES ('%1$s', 'g', '2026-11-23T09:00:00Z', 'acme', 'fixed', 'label', 'violation', 'critical',
                                            'before', 1, '2026-11-22T09:00:00Z', 'axe', 'a.example/')
                                    """)),
                    Map.entry(
                            "13",
                            List.of(
                                    """
                                    INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, page_key, engine, final_page,
                                           whole, cut_rules, found, template)
                                    VALUES ('%1$s', 'acme', now(), '2026-11-23T09:00:00Z', 'page', 'axe', 'a.example/', true, '{}', 0,
                                            '0123456789abcdef')
                                    """)),
                    Map.entry(
                            "15",
                            List.of(
                                    """
                                    INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, engine, final_page, whole,
                                           cut_rules, found)
                                    VALUES ('%1$s', 'acme', now(), '2026-11-23T09:00:00Z', 'axe', 'a.example/', true, '{}', 0)
                                    """,
                                    """
                                    INSERT INTO reports.trend_scan (scan_id, client, host, url, look, submitted_at, completed_at, seen, whole,
                                           score, rules, occurrences)
                                    VALUES ('%1$s', 'acme', 'a.example', 'https://a.example/', 'page', now(), '2026-11-23T09:00:00Z', true,
                                            true, 70, '{label}', '{1}')
                                    """,
                                    """
                                    INSERT INTO reports.trend
                                    VALUES ('acme', 'day', '', '2026-11-23T00:00:00Z', '%1$s.example', 1, 1, 0, 0, 1, 1, 1, 0, 0, '{70}', '{1}')
                                    """)),
                    Map.entry(
                            "17",
                            List.of(
                                    """
                                    INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, engine, final_page, whole,
                                           cut_rules, found)
                                    VALUES ('%1$s', 'acme', now(), '2026-11-23T09:00:00Z', 'axe', 'a.example/', true, '{}', 0)
                                    """,
                                    "INSERT INTO reports.relook (scan_id, relook_scan_id, client) VALUES ('%1$s', 'again-%1$s', 'acme')")),
                    Map.entry(
                            "18",
                            List.of(
                                    "INSERT INTO reports.unflushed (writer, scan_ids) VALUES (gen_random_uuid(), ARRAY['%1$s'])")));

    @Test
    void anOlderVersionGoesOnWithTheTablesOfANewerOneAndEachMigrationCanBeUndone() {
        try (TestDatabase database = TestDatabase.start()) {
            Map<String, List<String>> gone =
                    new MigrationWalk(database, "reports", WORDS).forwardsBackAndForwards();

            assertThat(gone).isEmpty();
            List<String> proven =
                    database.jdbi()
                            .withHandle(handle ->
                                    handle.select(
                                                    "SELECT DISTINCT client FROM reports.undone_erasure")
                                            .mapTo(String.class)
                                            .list());
            assertThat(proven).containsExactly("gone");
        }
    }
}
