package io.stepfree.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Scope;
import io.stepfree.gateway.admission.AuditFilter;
import io.stepfree.gateway.schema.GatewaySchema;
import io.stepfree.platform.fixture.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A real database, which keeps what it was told and lets nobody change it. */
@ExtendWith(OutputCaptureExtension.class)
final class AuditTrailTest {

    private static final Duration KEEP = Duration.ofDays(400);

    private static TestDatabase database;
    private static HikariDataSource pool;
    private static Jdbi jdbi;
    private static AuditStore store;

    @BeforeAll
    static void start() {
        database = TestDatabase.start();
        var config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setConnectionTimeout(1_000);
        config.setMaximumPoolSize(2);
        pool = new HikariDataSource(config);
        jdbi = Jdbi.create(pool);
        store =
                new AuditStore(
                        jdbi,
                        new GatewaySchema(jdbi, migration -> migration.runAtOnce(pool)),
                        KEEP);
    }

    @AfterAll
    static void stop() {
        pool.close();
        database.close();
    }

    @Test
    void whatWasToldIsFoundPageByPage() {
        store.add(
                List.of(
                        entry("pages", "POST /admin/keys", Instant.now()),
                        entry("pages", "DELETE /admin/keys/{id}", Instant.now().minusSeconds(60)),
                        entry("pages", "POST /admin/keys", Instant.now().minusSeconds(120)),
                        entry("others", "POST /admin/keys", Instant.now())));

        var filter = new AuditFilter("pages", null, null, null);
        List<AuditEntry> first = store.page(filter, null, 2);
        List<AuditEntry> second =
                store.page(filter, AuditCursor.read(AuditCursor.of(first.getLast()).word()), 2);

        assertThat(first)
                .extracting(AuditEntry::action)
                .containsExactly("POST /admin/keys", "DELETE /admin/keys/{id}");
        assertThat(second).extracting(AuditEntry::action).containsExactly("POST /admin/keys");
        assertThat(
                        store.page(
                                new AuditFilter("pages", "DELETE /admin/keys/{id}", null, null),
                                null,
                                9))
                .hasSize(1);
        assertThat(
                        store.page(
                                new AuditFilter(
                                        "pages",
                                        null,
                                        Instant.now().minusSeconds(90),
                                        Instant.now().minusSeconds(30)),
                                null,
                                9))
                .hasSize(1);
    }

    @Test
    void aRowThatComesTwiceIsThereOnce() {
        AuditEntry entry = entry("twice", "POST /admin/keys", Instant.now());

        store.add(List.of(entry));
        store.add(List.of(entry));

        assertThat(of("twice")).containsExactly(entry);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE gateway.audit_log SET caller = 'nobody' WHERE client = 'kept'",
                "DELETE FROM gateway.audit_log WHERE client = 'kept'",
                "TRUNCATE gateway.audit_log"
            })
    void nobodyChangesOrDeletesARow(String statement) {
        AuditEntry entry = entry("kept", "POST /admin/keys", Instant.now());
        store.add(List.of(entry));

        assertThatThrownBy(() -> jdbi.useHandle(handle -> handle.execute(statement)))
                .hasMessageContaining("the audit log cannot be changed");
        assertThat(of("kept")).contains(entry);
    }

    @Test
    void whatIsOlderThanItIsToBeKeptGoesByItself() {
        Instant now = Instant.now();
        var fresh =
                new AuditStore(
                        jdbi,
                        new GatewaySchema(jdbi, migration -> migration.runAtOnce(pool)),
                        Duration.ofDays(100));
        fresh.add(
                List.of(
                        entry("old", "POST /a", now.minus(101, ChronoUnit.DAYS)),
                        entry("old", "POST /b", now.minus(99, ChronoUnit.DAYS))));

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(of("old"))
                                .extracting(AuditEntry::action)
                                .containsExactly("POST /b"));
    }

    @Test
    void anOutageOfTheDatabaseLosesNothing() {
        try (var trail = new AuditTrail(store, InstantSource.system())) {
            database.stop();
            for (int i = 0; i < 250; i++) {
                trail.tell(caller("outage"), "POST /admin/keys", "/admin/keys", null, 201, "r" + i);
            }
            database.restart();

            // The pool finds out by one that its connections are gone.
            Awaitility.await()
                    .ignoreExceptionsInstanceOf(JdbiException.class)
                    .untilAsserted(() ->
                            assertThat(of("outage"))
                                    .extracting(AuditEntry::requestId)
                                    .doesNotHaveDuplicates()
                                    .hasSize(250));
        }
    }

    @Test
    void whatWaitsIsWrittenWhenItIsClosed() {
        var trail = new AuditTrail(store, InstantSource.system());
        trail.tell(caller("closing"), "POST /admin/keys", "/admin/keys", "/admin/keys/7", 201, "r");
        trail.close();

        assertThat(of("closing")).extracting(AuditEntry::made).containsExactly("/admin/keys/7");
    }

    @Test
    void aKeyThatMayNotDoSomethingAndAsksAgainAndAgainFillsNothing() {
        var trail = new AuditTrail(store, InstantSource.system());
        for (int i = 0; i < 50; i++) {
            trail.tell(caller("eager"), "POST /admin/keys", "/admin/keys", null, 403, "r" + i);
        }
        trail.close();

        assertThat(of("eager"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo("refused"));
    }

    @Test
    void o6AndO7WhatIsHostileInANameOrATargetIsHarmlessInTheLogAndTaken(CapturedOutput output) {
        String hostile = "token of \u001b[31mann\r\n2026-01-01 INFO forged\u0000";
        var trail = new AuditTrail(store, InstantSource.system());
        trail.tell(
                new Caller(hostile, "hostile", Set.of(Scope.ADMIN), "standard"),
                "DELETE /admin/keys/{id}",
                "/admin/keys/\ud800\u0000\u202e",
                null,
                200,
                "r");
        trail.close();

        AuditEntry entry = of("hostile").getFirst();
        assertThat(entry.caller()).startsWith("token of \ufffd[31mann\ufffd\ufffd2026");
        assertThat(entry.target()).isEqualTo("/admin/keys/\ufffd\ufffd\ufffd");
        assertThat(output.getAll())
                .doesNotContain("\u001b[31m", "\u0000", "\n2026-01-01 INFO forged");
    }

    private static Caller caller(String client) {
        return new Caller("ci (sf_test_abcd…)", client, Set.of(Scope.ADMIN), "standard");
    }

    private static AuditEntry entry(String client, String action, Instant at) {
        return new AuditEntry(
                UUID.randomUUID(),
                at.truncatedTo(ChronoUnit.MICROS),
                client,
                "ci (sf_test_abcd…)",
                action,
                "/admin/keys",
                null,
                201,
                "r");
    }

    private static List<AuditEntry> of(@Nullable String client) {
        var all = new ArrayList<AuditEntry>();
        List<AuditEntry> page;
        @Nullable AuditCursor after = null;
        do {
            page = store.page(new AuditFilter(client, null, null, null), after, 100);
            all.addAll(page);
            after = page.isEmpty() ? null : AuditCursor.of(page.getLast());
        } while (page.size() == 100);
        return all;
    }
}
