package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.reports.history.FindingMonths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whoever goes back to an older version has a database that it can work with: at once, because
 * migrations only add, and, with the scripts that undo them, as it was before.
 */
final class UndoneMigrationsTest {

    /** The last migration before there were findings. */
    private static final String OLDER = "8";

    /** What the version of then wrote, in its own words. */
    private static final List<String> OLDER_STATEMENTS =
            List.of(
                    """
                    INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at, client, submitted_at,
                           repeat_key, completed_at)
                    SELECT '%1$s', '{"score": 70}', 'h', 'j', now(), 'acme', now(), 'key', now()
                     WHERE NOT EXISTS (SELECT FROM reports.erasure
                                        WHERE erasure.client = 'acme' AND erasure.ordered_at >= now())
                    ON CONFLICT (scan_id) DO NOTHING
                    """,
                    "UPDATE reports.report SET announced_at = now() WHERE scan_id = '%1$s' AND announced_at IS NULL",
                    """
                    INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, url, host,
                           standard, priority, submitted_at, earlier_attempts, replays, accepted_at)
                    VALUES ('%1$s', 'r', 'dead_lettered', 1, now(), 'acme', 'https://a.example/', 'a.example',
                            'wcag22aa', 'high', now(), 0, 0, now())
                    """,
                    "UPDATE reports.scan_status SET status = 'completed', score = 70 WHERE scan_id = '%1$s'");

    private static TestDatabase database;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
        jdbi = Jdbi.create(database.url(), database.user(), database.password());
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @Test
    void anOlderVersionGoesOnWithTheTablesOfANewerOneAndEachMigrationCanBeUndone() {
        flyway(OLDER).migrate();
        String before = schema();
        write("before");

        flyway("latest").migrate();
        new FindingMonths(jdbi).makeAhead(Instant.now());
        write("after");
        List<MigrationInfo> applied =
                List.of(flyway("latest").info().applied()).stream()
                        .filter(one -> one.getVersion() != null && version(one).isNewerThan(OLDER))
                        .sorted(Comparator.comparing(UndoneMigrationsTest::version).reversed())
                        .toList();
        assertThat(applied).isNotEmpty();
        for (MigrationInfo migration : applied) {
            undo(migration);
        }

        assertThat(schema()).isEqualTo(before);
        write("back");
        flyway("latest").migrate();
        assertThat(flyway("latest").info().pending()).isEmpty();
        List<String> kept =
                jdbi.withHandle(handle ->
                        handle.select(
                                        """
                                        SELECT scan_id FROM reports.report JOIN reports.scan_status USING (scan_id)
                                         WHERE announced_at IS NOT NULL AND score = 70 ORDER BY published_at
                                        """)
                                .mapTo(String.class)
                                .list());
        assertThat(kept).containsExactly("before", "after", "back");
    }

    private static MigrationVersion version(MigrationInfo migration) {
        return migration.getVersion();
    }

    private static Flyway flyway(String target) {
        return Flyway.configure()
                .dataSource(database.url(), database.user(), database.password())
                .defaultSchema("reports")
                .locations("classpath:db/reports")
                .target(target)
                .load();
    }

    private static void write(String scan) {
        jdbi.useTransaction(handle -> {
            for (String statement : OLDER_STATEMENTS) {
                assertThat(handle.execute(statement.formatted(scan))).isEqualTo(1);
            }
        });
    }

    /** As docs/operations.md says. */
    private static void undo(MigrationInfo migration) {
        String script = migration.getScript().replaceFirst("^V", "U");
        jdbi.useTransaction(handle -> {
            handle.execute("SET LOCAL search_path = reports");
            handle.createScript(read("/db/undo/reports/" + script)).execute();
            assertThat(
                            handle.execute(
                                    "DELETE FROM reports.flyway_schema_history WHERE version = ?",
                                    migration.getVersion().getVersion()))
                    .isEqualTo(1);
        });
    }

    private static String read(String resource) {
        try (var in = UndoneMigrationsTest.class.getResourceAsStream(resource)) {
            assertThat(in).as("there is " + resource).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that the schema has but rows. */
    private static String schema() {
        return jdbi.withHandle(handle ->
                String.join(
                        "\n",
                        handle.createQuery(
                                        """
                                        SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
                                          FROM information_schema.columns WHERE table_schema = 'reports'
                                        UNION ALL
                                        SELECT indexdef FROM pg_indexes WHERE schemaname = 'reports'
                                        UNION ALL
                                        SELECT format('%s %s', conname, pg_get_constraintdef(oid))
                                          FROM pg_constraint WHERE connamespace = 'reports'::regnamespace
                                        UNION ALL
                                        SELECT format('%s %s %s %s', tablename, policyname, cmd, qual)
                                          FROM pg_policies WHERE schemaname = 'reports'
                                        UNION ALL
                                        SELECT format('%s %s', table_name, privilege_type)
                                          FROM information_schema.role_table_grants
                                         WHERE table_schema = 'reports' AND grantee = 'stepfree_client'
                                        UNION ALL
                                        SELECT pg_get_triggerdef(pg_trigger.oid)
                                          FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
                                         WHERE relnamespace = 'reports'::regnamespace AND NOT tgisinternal
                                        UNION ALL
                                        SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'reports'::regnamespace
                                        UNION ALL
                                        SELECT format('%s %s', relname, relrowsecurity)
                                          FROM pg_class WHERE relnamespace = 'reports'::regnamespace AND relkind IN ('r', 'p')
                                         ORDER BY 1
                                        """)
                                .mapTo(String.class)
                                .list()));
    }
}
