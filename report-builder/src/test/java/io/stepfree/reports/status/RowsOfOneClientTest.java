package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reports.history.FindingMonths;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The second wall between clients, in a real database, for an owner who is no superuser. */
final class RowsOfOneClientTest {

    private static final String OWNER = "reporter";

    private static TestDatabase database;
    private static Jdbi owner;

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
        database.jdbi()
                .useHandle(handle ->
                        handle.createScript(
                                        """
                                        CREATE ROLE reporter LOGIN CREATEROLE;
                                        CREATE SCHEMA reports AUTHORIZATION reporter;
                                        """)
                                .execute());
        database.migrations("reports").dataSource(database.url(), OWNER, "").load().migrate();
        owner = Jdbi.create(database.url(), OWNER, "");
        new FindingMonths(owner).make(Instant.parse("2026-11-22T09:00:00Z"));
        owner.useHandle(handle ->
                handle.createScript(
                                """
                                INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client)
                                VALUES ('a', 'r', 'completed', 1, now(), 'acme'),
                                       ('b', 'r', 'completed', 1, now(), 'other'),
                                       ('c', 'r', 'dispatched', 1, now(), NULL);
                                INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at)
                                VALUES ('a', '{}', 'a.html', 'a.json', now()), ('b', '{}', 'b.html', 'b.json', now());
                                INSERT INTO reports.batch_status
                                VALUES ('acme/a', 'acme', 1, 1, 0, 0, 0, 0, 0, now(), 1),
                                       ('other/b', 'other', 1, 1, 0, 0, 0, 0, 0, now(), 1);
                                INSERT INTO reports.site_status
                                VALUES ('a', 'acme', '{}', now(), 1), ('b', 'other', '{}', now(), 1);
                                INSERT INTO reports.comparison (scan_id, client, submitted_at, completed_at, engine, final_page, whole, cut_rules, found)
                                SELECT id, client, now(), '2026-11-22T09:00:00Z', 'axe', 'a.example/', true, '{}', 1
                                  FROM (VALUES ('a', 'acme'), ('b', 'other')) AS scan (id, client);
                                INSERT INTO reports.finding (scan_id, place, completed_at, submitted_at, client, host, url, rule, criteria, impact, kind, target, html)
                                SELECT scan_id, 0, completed_at, now(), client, 'a.example', 'https://a.example/', 'label', '{4.1.2}', 'critical', 'violation', '{input}', '<input>'
                                  FROM reports.comparison;
                                INSERT INTO reports.missing_finding (scan_id, fingerprint, completed_at, client, state, rule, kind, impact, seen_scan_id, seen_place, seen_completed_at, seen_engine, seen_page)
                                SELECT scan_id, 'f', completed_at, client, 'fixed', 'label', 'violation', 'critical', scan_id, 1, completed_at, 'axe', 'a.example/'
                                  FROM reports.comparison;
                                """)
                        .execute());
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "scan_status_view, scan_id, a",
        "scan_status, scan_id, a",
        "report_view, scan_id, a",
        "report, scan_id, a",
        "batch_view, batch_id, acme/a",
        "batch_status, batch_id, acme/a",
        "site_view, site_id, a",
        "site_status, site_id, a",
        "finding_view, scan_id, a",
        "finding, scan_id, a",
        "missing_finding_view, scan_id, a",
        "missing_finding, scan_id, a",
        "comparison_view, scan_id, a",
        "comparison, scan_id, a"
    })
    void whoReadsForAClientSeesTheirRowsOnly(String table, String id, String theirs) {
        assertThat(seen("acme", table, id)).containsExactly(theirs);
        assertThat(seen("nobody", table, id)).isEmpty();
        assertThat(seen("", table, id)).isEmpty();
    }

    @Test
    void whoReadsForNobodySeesNothing() {
        List<String> seen =
                owner.inTransaction(handle -> {
                    handle.execute("SET LOCAL ROLE stepfree_client");
                    return handle.createQuery("SELECT scan_id FROM reports.scan_status_view")
                            .mapTo(String.class)
                            .list();
                });

        assertThat(seen).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"finding_2026_11", "missing_finding_2026_11"})
    void aMonthCannotBeReadByItself(String month) {
        assertThatThrownBy(() -> seen("acme", month, "scan_id"))
                .hasMessageContaining("permission denied for table " + month);
    }

    @Test
    void theOwnerSeesAll() {
        int all =
                owner.withHandle(handle ->
                        handle.createQuery("SELECT count(*) FROM reports.scan_status_view")
                                .mapTo(Integer.class)
                                .one());

        assertThat(all).isEqualTo(3);
    }

    private static List<String> seen(String client, String table, String id) {
        return owner.inTransaction(handle -> {
            handle.execute(
                    "SELECT set_config('role', 'stepfree_client', true), set_config('stepfree.client', ?, true)",
                    client);
            return handle.createQuery("SELECT %s FROM reports.%s".formatted(id, table))
                    .mapTo(String.class)
                    .list();
        });
    }
}
