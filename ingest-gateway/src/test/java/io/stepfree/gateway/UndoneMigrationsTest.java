package io.stepfree.gateway;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.MigrationWalk;
import io.stepfree.platform.fixture.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whoever goes back to an older gateway has tables that it can work with: at once, because
 * migrations only add, and, with the scripts that undo them, as they were before.
 */
final class UndoneMigrationsTest {

    /** What each version writes that the one before did not, in its own words. */
    private static final Map<String, List<String>> WORDS =
            Map.ofEntries(
                    entry(
                            "1",
                            List.of(
                                    """
                                    INSERT INTO gateway.idempotency_keys (client, key_hash, body_mac, scan_id, request_id)
                                    VALUES ('acme', sha256('%1$s'), sha256('body'), gen_random_uuid(), 'r')
                                    """,
                                    "UPDATE gateway.idempotency_keys SET published = true WHERE key_hash = sha256('%1$s')")),
                    entry(
                            "2",
                            List.of(
                                    """
                                    INSERT INTO gateway.api_keys (id, hash, prefix, name, client, scopes, plan, created_by)
                                    VALUES (gen_random_uuid(), sha256('%1$s'), 'sf_live_a1b2', 'ci', 'acme', '{submit,read}', 'standard',
                                            'admin')
                                    """)),
                    entry(
                            "3",
                            List.of(
                                    """
                                    INSERT INTO gateway.cursor_key (key) VALUES (sha256('%1$s'))
                                    ON CONFLICT (one) DO UPDATE SET key = cursor_key.key
                                    """)),
                    entry(
                            "4",
                            List.of(
                                    "INSERT INTO gateway.rate_limits VALUES ('standard/%1$s', '\\x01', 1764000000000)",
                                    """
                                    INSERT INTO gateway.idempotency_keys (client, key_hash, body_mac, scan_id, request_id, counted)
                                    VALUES ('acme', sha256('%1$s'), sha256('body'), gen_random_uuid(), 'r', false)
                                    """)),
                    entry(
                            "6",
                            List.of(
                                    """
                                    INSERT INTO gateway.schedules (id, client, name, cron, zone, plan, made_by, pages, first_url, order_text,
                                           next_at)
                                    VALUES (gen_random_uuid(), 'acme', '%1$s', '0 3 * * *', 'UTC', 'standard', 'ci', 1,
                                            'https://a.example/', '{}', now())
                                    """,
                                    """
                                    INSERT INTO gateway.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                                    VALUES ('schedule', '%1$s', now(), false, 1)
                                    """)),
                    entry(
                            "7",
                            List.of(
                                    """
                                    INSERT INTO gateway.webhook_secrets (id, client, sealed, sealed_key, made_by)
                                    VALUES (gen_random_uuid(), 'acme', sha256('%1$s'), 'test', 'ci')
                                    """,
                                    """
                                    INSERT INTO gateway.callbacks (subject, id, seed, client, url, scans)
                                    VALUES ('scan', '%1$s', gen_random_uuid(), 'acme', 'https://a.example/told', 1)
                                    """,
                                    """
                                    INSERT INTO gateway.callback_deliveries (id, client, type, subject_id, url, host, body)
                                    VALUES ('%1$s', 'acme', 'scan.completed', 'scan', 'https://a.example/told', 'a.example', '{}')
                                    """)),
                    entry(
                            "8",
                            List.of(
                                    """
                                    INSERT INTO gateway.audit_log
                                    VALUES (gen_random_uuid(), now(), 'acme', 'ci', 'POST /api/scans', '/api/scans', '%1$s', 202, 'r')
                                    """)),
                    entry(
                            "10",
                            List.of(
                                    """
                                    INSERT INTO gateway.erasure (id, client, request_id, ordered_by, reason, ordered_at)
                                    VALUES ('%1$s', 'acme', 'r', 'admin', 'asked for', now())
                                    """)),
                    entry(
                            "11",
                            List.of(
                                    """
                                    INSERT INTO gateway.idempotency_keys (client, key_hash, body_mac, scan_id, request_id, scans)
                                    VALUES ('acme', sha256('%1$s'), sha256('body'), gen_random_uuid(), 'r', 40)
                                    """)),
                    entry(
                            "12",
                            List.of(
                                    """
                                    INSERT INTO gateway.decisions (id, client, decision, fingerprint, reason, decided_by)
                                    VALUES (gen_random_uuid(), 'acme', 'accepted', '%1$s', 'known', 'ci')
                                    """,
                                    """
                                    INSERT INTO gateway.decisions (id, client, decision, rule, host, reason, decided_by)
                                    VALUES (gen_random_uuid(), 'acme', 'ignored', 'label', '%1$s.example', 'known', 'ci')
                                    """,
                                    // One of another version that is decided otherwise.
                                    """
                                    UPDATE gateway.decisions SET decision = 'accepted', reason = '%1$s'
                                     WHERE ctid = (SELECT ctid FROM gateway.decisions WHERE rule = 'label'
                                                    ORDER BY decided_at DESC LIMIT 1)
                                    """)),
                    entry(
                            "13",
                            List.of(
                                    """
                                    INSERT INTO gateway.decisions (id, client, decision, fingerprint, assignee, reason, decided_by)
                                    VALUES (gen_random_uuid(), 'acme', 'accepted', '%1$s', 'ann', 'known', 'ci')
                                    """,
                                    """
                                    INSERT INTO gateway.decisions (id, client, decision, fingerprint, assignee, reason, decided_by)
                                    VALUES (gen_random_uuid(), 'acme', 'assigned', 'f-%1$s', 'ann', 'to mend', 'ci')
                                    """,
                                    """
                                    INSERT INTO gateway.decisions (id, client, decision, pattern_path, reason, decided_by)
                                    VALUES (gen_random_uuid(), 'acme', 'ignored', '/%1$s/*', 'by pattern', 'ci')
                                    """)),
                    entry(
                            "15",
                            List.of(
                                    "INSERT INTO gateway.link_key (client, key) VALUES ('%1$s', sha256('%1$s'))")));

    @Test
    void anOlderVersionGoesOnWithTheTablesOfANewerOneAndEachMigrationCanBeUndone() {
        try (TestDatabase database = TestDatabase.start()) {
            Map<String, List<String>> gone =
                    new MigrationWalk(database, "gateway", WORDS).forwardsBackAndForwards();

            // What the version before would make nothing of.
            assertThat(gone).containsOnlyKeys("13");
            assertThat(gone.get("13"))
                    .isNotEmpty()
                    .allMatch(row -> row.contains("to mend") || row.contains("by pattern"));
            assertThat(rows(database, "undone_audit_log")).isPositive();
            assertThat(rows(database, "undone_erasure")).isPositive();
        }
    }

    private static int rows(TestDatabase database, String table) {
        return database.jdbi()
                .withHandle(handle ->
                        handle.createQuery("SELECT count(*) FROM gateway." + table)
                                .mapTo(Integer.class)
                                .one());
    }
}
