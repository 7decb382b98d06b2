package io.stepfree.deadletters.keeping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.deadletters.index.DeadLetterIndex;
import io.stepfree.deadletters.index.DeadLetterSelection;
import io.stepfree.deadletters.index.LoopGuard;
import io.stepfree.deadletters.pattern.PatternBackfill;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.pattern.FailurePattern;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

final class KeepingTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123Z");
    private static final String ENGINE = "axe-core 4.14.1";

    private static TestDatabase database;
    private static Connection connection;
    private static Jdbi jdbi;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KeepingMeters keepingMeters = new KeepingMeters(meters);
    private OperatorActions actions;
    private DeadLetterIndex index;
    private long offset;

    @BeforeAll
    static void start() throws SQLException {
        database = TestDatabase.start("dead_letters");
        String url = database.url() + "?currentSchema=dead_letters";
        connection = DriverManager.getConnection(url, database.user(), database.password());
        try (var statement = connection.createStatement()) {
            // Nothing here is about a database that dies.
            statement.execute("set synchronous_commit to off");
        }
        jdbi = Jdbi.create(connection).installPlugin(new PostgresPlugin());
    }

    @AfterAll
    static void stop() throws SQLException {
        connection.close();
        database.close();
    }

    @BeforeEach
    void empty() {
        actions = new OperatorActions(jdbi, JsonMapper.shared(), keepingMeters);
        index = new DeadLetterIndex(jdbi, JsonMapper.shared(), new LoopGuard(3));
        jdbi.useTransaction(handle -> {
            for (String table :
                    List.of("dead_letter", "operator_action", "purged_letter", "replay_order")) {
                handle.execute("delete from " + table);
            }
        });
    }

    @Test
    void aQuarantinedDeadLetterSaysWhoKeptItBackAndWhy() {
        bury("a", 0, NOW);
        bury("a", 1, NOW);

        var order = order(OperatorCommandKind.QUARANTINE, "a");
        actions.quarantine(order);

        assertThat(outcome(order)).isEqualTo("done");
        assertThat(row("a", 1))
                .containsEntry("state", "quarantined")
                .containsEntry("state_by", "ada")
                .containsEntry("state_reason", "because");
        assertThat(row("a", 0)).as("an earlier life").containsEntry("state", "dead");
        assertThat(action(order))
                .containsEntry("kind", "quarantine")
                .containsEntry("scan_id", "a")
                .containsEntry("replays", 1)
                .containsEntry("request_id", "request-1")
                .containsEntry("affected", 1L);
    }

    @Test
    void whatWasSetAsideCanBeReleasedOrSetAsideOtherwise() {
        bury("a", 0, NOW);

        actions.quarantine(order(OperatorCommandKind.QUARANTINE, "a"));
        actions.discard(order(OperatorCommandKind.DISCARD, "a"));
        assertThat(row("a", 0)).containsEntry("state", "discarded");
        var release = order(OperatorCommandKind.RELEASE, "a");
        actions.release(release);

        assertThat(outcome(release)).isEqualTo("done");
        assertThat(row("a", 0)).containsEntry("state", "dead").containsEntry("state_by", "ada");
    }

    @Test
    void anOrderThatChangesNothingSaysWhy() {
        bury("dead", 0, NOW);
        bury("quarantined", 0, NOW);
        actions.quarantine(order(OperatorCommandKind.QUARANTINE, "quarantined"));
        bury("replayed", 0, NOW);
        execute(
                "update dead_letters.dead_letter set replayed_at = now() where scan_id = 'replayed'");
        bury("claimed", 0, NOW);
        execute(
                "update dead_letters.dead_letter set claimed_by = 'some replay' where scan_id = 'claimed'");
        bury("purged", 0, NOW);
        actions.purge(purge(DeadLetterFilter.newBuilder().setText("/purged").build()));

        assertThat(
                        Stream.of("dead", "replayed", "claimed", "purged", "never there")
                                .map(scan -> order(OperatorCommandKind.RELEASE, scan))
                                .peek(actions::release)
                                .map(KeepingTest::outcome))
                .containsExactly(
                        "not_set_aside",
                        "already_replayed",
                        "being_replayed",
                        "purged",
                        "unknown_scan");
        var again = order(OperatorCommandKind.QUARANTINE, "quarantined");
        actions.quarantine(again);
        assertThat(outcome(again)).isEqualTo("already_so");
        var nameless = order(OperatorCommandKind.DISCARD, null);
        actions.discard(nameless);
        assertThat(outcome(nameless)).isEqualTo("unknown_scan");
    }

    @Test
    void aDoubledOrderIsCarriedOutOnce() {
        bury("a", 0, NOW);
        var order = order(OperatorCommandKind.QUARANTINE, "a");
        actions.quarantine(order);
        actions.release(order(OperatorCommandKind.RELEASE, "a"));
        actions.quarantine(order);

        assertThat(row("a", 0)).containsEntry("state", "dead");
    }

    static Stream<Arguments> filters() {
        return Stream.of(
                Arguments.of(DeadLetterFilter.newBuilder().setFailureType("TIMEOUT").build(), "b"),
                Arguments.of(DeadLetterFilter.newBuilder().setHost("B.example").build(), "b"),
                Arguments.of(DeadLetterFilter.newBuilder().setClient("team-b").build(), "b"),
                Arguments.of(DeadLetterFilter.newBuilder().setEngine("axe-core 5").build(), "b"),
                Arguments.of(DeadLetterFilter.newBuilder().setState("Quarantined").build(), "b"),
                Arguments.of(
                        DeadLetterFilter.newBuilder()
                                .setPattern(
                                        FailurePattern.of("timeout", null, "b is slow", "b").id())
                                .build(),
                        "b"),
                Arguments.of(DeadLetterFilter.newBuilder().setText("SLOW  /b ").build(), "b"),
                Arguments.of(DeadLetterFilter.newBuilder().setText("100%").build(), "a"),
                Arguments.of(
                        DeadLetterFilter.newBuilder().setDiedBefore(NOW.minusSeconds(5)).build(),
                        "b"),
                Arguments.of(
                        DeadLetterFilter.newBuilder().setDiedFrom(NOW.minusSeconds(5)).build(),
                        "a"),
                Arguments.of(
                        DeadLetterFilter.newBuilder()
                                .setFailureType("timeout")
                                .setHost("a.example")
                                .build(),
                        ""),
                Arguments.of(DeadLetterFilter.newBuilder().setText(" ").build(), "ab"),
                Arguments.of(DeadLetterFilter.newBuilder().build(), "ab"),
                Arguments.of(DeadLetterFilter.newBuilder().setHost("a\0").build(), ""));
    }

    @ParameterizedTest
    @MethodSource
    void filters(DeadLetterFilter filter, String chosen) {
        bury("a", "a.example", "team-a", FailureType.DNS, "100% gone", NOW, ENGINE);
        bury(
                "b",
                "b.example",
                "team-b",
                FailureType.TIMEOUT,
                "b is slow",
                NOW.minusSeconds(10),
                "axe-core 5");
        actions.quarantine(order(OperatorCommandKind.QUARANTINE, "b"));
        var selection = DeadLetterSelection.of(filter);

        List<String> found =
                jdbi.withHandle(handle ->
                        selection
                                .bind(
                                        handle.createQuery(
                                                "select scan_id from dead_letters.dead_letter where <chosen> order by scan_id"))
                                .define("chosen", selection.condition())
                                .mapTo(String.class)
                                .list());

        assertThat(String.join("", found)).isEqualTo(chosen);
    }

    @Test
    void aPurgeDeletesWhatTheFilterChoosesAndCountsIt() {
        buryMany(1_203, NOW);
        bury("a", "kept.example", "team-a", FailureType.DNS, "no", NOW, ENGINE);

        var order = purge(DeadLetterFilter.newBuilder().setHost("a.example").build());
        actions.purge(order);

        assertThat(scans()).containsExactly("a");
        assertThat(action(order))
                .containsEntry("outcome", "done")
                .containsEntry("affected", 1_203L)
                .containsEntry("ordered_by", "ada")
                .containsEntry("reason", "because");
        assertThat(String.valueOf(action(order).get("filter"))).contains("\"host\": \"a.example\"");
        assertThat(meters.counter("stepfree.keeping.purged").count()).isEqualTo(1_203);
        assertThat(
                        jdbi.<Map<String, Object>, RuntimeException>withHandle(handle ->
                                handle.select(
                                                "select * from dead_letters.purged_letter_view where scan_id = 'old-7'")
                                        .mapToMap()
                                        .one()))
                .containsEntry("ordered_by", "ada")
                .containsEntry("reason", "because");
    }

    @Test
    void aPurgeOfWhatIsPurgedFindsNothing() {
        bury("a", 0, NOW);
        var filter = DeadLetterFilter.newBuilder().setHost("a.example").build();
        actions.purge(purge(filter));
        var second = purge(filter);
        actions.purge(second);

        assertThat(action(second)).containsEntry("outcome", "done").containsEntry("affected", 0L);
    }

    @Test
    void aPurgeWithoutAFilterDeletesNothing() {
        bury("a", 0, NOW);
        var order = order(OperatorCommandKind.PURGE, null);
        actions.purge(order);

        assertThat(outcome(order)).isEqualTo("no_filter");
        assertThat(scans()).containsExactly("a");
    }

    @Test
    void whatCameAfterAPurgeWasTakenIsNotDeletedWhenItGoesOn() {
        bury("before", 0, NOW);
        var order = purge(DeadLetterFilter.newBuilder().build());
        jdbi.useHandle(handle ->
                handle.execute(
                        """
                        insert into dead_letters.operator_action (command_id, request_id, kind, ordered_by, reason, ordered_at, affected)
                        values (?, 'request-1', 'purge', 'ada', 'because', now(), 7)
                        """,
                        order.getCommandId()));
        bury("after", 0, NOW);

        actions.purge(order);

        assertThat(scans()).containsExactly("after");
        assertThat(action(order))
                .as("those of before the crash and after it")
                .containsEntry("affected", 8L);
    }

    @Test
    void whatAReplayIsAboutToHandOnIsNotDeleted() {
        bury("claimed", 0, NOW.minus(Duration.ofDays(40)));
        bury("ordered", 0, NOW.minus(Duration.ofDays(40)));
        bury("settled", 0, NOW.minus(Duration.ofDays(40)));
        execute(
                "update dead_letters.dead_letter set claimed_by = 'some replay' where scan_id = 'claimed'");
        execute(
                """
                insert into dead_letters.replay_order (command_id, request_id, scan_id, replays, ordered_by, reason, ordered_at, outcome)
                values ('1', '', 'ordered', 0, '', '', now(), null), ('2', '', 'settled', 0, '', '', now(), 'undecodable')
                """);

        try (var retention = retention(NOW)) {
            assertThat(retention.sweep()).isEqualTo(1);
        }
        assertThat(scans()).containsExactly("claimed", "ordered");
        var purge = purge(DeadLetterFilter.newBuilder().build());
        actions.purge(purge);
        assertThat(action(purge)).containsEntry("affected", 0L);
        assertThat(scans()).containsExactly("claimed", "ordered");
    }

    @Test
    void aPurgedDeadLetterThatComesOnceMoreStaysPurged() {
        bury("a", 0, NOW);
        actions.purge(purge(DeadLetterFilter.newBuilder().build()));
        bury("a", 0, NOW);
        bury("a", 1, NOW);

        assertThat(scans()).as("the next life").containsExactly("a");
        assertThat(row("a", 1)).containsEntry("state", "dead");
    }

    @Test
    void deadLettersOfMoreThanThirtyDaysGo() {
        buryMany(1_001, NOW.minus(Duration.ofDays(30)).minusSeconds(1));
        bury("young", 0, NOW.minus(Duration.ofDays(30)).plusSeconds(60));

        try (var retention = retention(NOW)) {
            assertThat(retention.sweep()).isEqualTo(1_001);
            assertThat(retention.sweep()).isZero();
        }

        assertThat(scans()).containsExactly("young");
        assertThat(meters.counter("stepfree.keeping.expired").count()).isEqualTo(1_001);
    }

    @Test
    void purgedOnesAreForgottenOnceTheirRecordIsOffTheTopic() {
        bury("a", 0, NOW);
        actions.purge(purge(DeadLetterFilter.newBuilder().build()));

        try (var retention = retention(NOW.plus(Duration.ofDays(30)))) {
            retention.sweep();
            assertThat(purged()).isEqualTo(1);
        }
        try (var retention = retention(NOW.plus(Duration.ofDays(32)))) {
            retention.sweep();
            assertThat(purged()).isZero();
        }
    }

    @Test
    void whatCouldNotBeDecodedGoesOnceItsRecordIsOffItsTopic() {
        execute(
                """
                insert into dead_letters.unreadable (topic, topic_partition, topic_offset, kept_at, error, header_names, header_values)
                values ('scan.requests', 0, 1, '%s', 'no schema', '{}', '{}'),
                       ('scan.requests', 0, 2, '%s', 'no schema', '{}', '{}')
                """
                        .formatted(NOW, NOW.plus(Duration.ofDays(2))));

        try (var retention = retention(NOW.plus(Duration.ofDays(30)))) {
            retention.sweep();
            assertThat(unreadable()).containsExactly(1L, 2L);
        }
        try (var retention = retention(NOW.plus(Duration.ofDays(32)))) {
            retention.sweep();
            assertThat(unreadable()).containsExactly(2L);
        }
    }

    private static List<Long> unreadable() {
        return jdbi.withHandle(handle ->
                handle.createQuery("select topic_offset from dead_letters.unreadable order by id")
                        .mapTo(Long.class)
                        .list());
    }

    @Test
    void deadLettersOfBeforeThereWerePatternsGetTheirs() {
        buryMany(600, NOW);
        String expected = (String) row("old-7", 0).get("pattern_id");
        execute("update dead_letters.dead_letter set pattern = null, pattern_id = null");

        new PatternBackfill(jdbi).run();

        List<String> ids =
                jdbi.withHandle(handle ->
                        handle.select("select distinct pattern_id from dead_letters.dead_letter")
                                .mapTo(String.class)
                                .list());
        assertThat(ids).containsExactly(expected);
    }

    @Test
    void aRowTellsPatternEngineAndOrigin() {
        bury("a", 0, NOW);

        assertThat(row("a", 0))
                .containsEntry("pattern", "<host> does not resolve after <duration>")
                .containsEntry("engine", ENGINE)
                .containsEntry("batch_id", "batch-1")
                .containsEntry("origin_topic", "scan.requests")
                .containsEntry("origin_partition", 7)
                .containsEntry("origin_offset", 4711L);
        assertThat(String.valueOf(row("a", 0).get("record")))
                .contains("\"engine\": \"axe-core 4.14.1\"")
                .contains("\"batchId\": \"batch-1\"");
    }

    /** Named old-1, old-2 and so on, in one transaction. */
    private void buryMany(int count, Instant diedAt) {
        jdbi.useTransaction(_ -> {
            for (int i = 1; i <= count; i++) {
                bury("old-" + i, 0, diedAt);
            }
        });
    }

    private void bury(String scanId, int replays, Instant diedAt) {
        bury(
                scanId,
                replays,
                "a.example",
                "team-a",
                FailureType.DNS,
                "www.a.example does not resolve after 3 s",
                diedAt,
                ENGINE);
    }

    private void bury(
            String scanId,
            String host,
            String client,
            FailureType type,
            String message,
            Instant diedAt,
            String engine) {
        bury(scanId, 0, host, client, type, message, diedAt, engine);
    }

    private void bury(
            String scanId,
            int replays,
            String host,
            String client,
            FailureType type,
            String message,
            Instant diedAt,
            String engine) {
        var letter =
                DeadLetter.newBuilder()
                        .setRequest(
                                ScanRequest.newBuilder()
                                        .setScanId(scanId)
                                        .setRequestId("request-1")
                                        .setClient(client)
                                        .setUrl("https://%s/%s".formatted(host, scanId))
                                        .setHost(host)
                                        .setOptions(ScanOptions.newBuilder().build())
                                        .setSubmittedAt(diedAt)
                                        .setReplays(replays)
                                        .setBatchId("batch-1")
                                        .build())
                        .setFailures(
                                List.of(
                                        AttemptFailure.newBuilder()
                                                .setAttempt(1)
                                                .setWorker("worker-1")
                                                .setStartedAt(diedAt)
                                                .setFailedAt(diedAt)
                                                .setFailure(
                                                        Failure.newBuilder()
                                                                .setType(type)
                                                                .setMessage(message)
                                                                .build())
                                                .setEngine(engine)
                                                .build()))
                        .setCause(DeathCause.NOT_RETRYABLE)
                        .setDiedAt(diedAt)
                        .build();
        var record =
                new ConsumerRecord<>(
                        "scan.dead-letters", 0, offset++, new byte[0], new byte[] {1, 2, 3});
        record.headers().add("stepfree.origin.topic", "scan.requests".getBytes(UTF_8));
        record.headers().add("stepfree.origin.partition", "7".getBytes(UTF_8));
        record.headers().add("stepfree.origin.offset", "4711".getBytes(UTF_8));
        index.handle(letter, record);
    }

    private Retention retention(Instant now) {
        return new Retention(
                jdbi,
                new KeepingProperties(Duration.ofDays(30), Duration.ofHours(1)),
                keepingMeters,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private static OperatorCommand purge(DeadLetterFilter filter) {
        return OperatorCommand.newBuilder(order(OperatorCommandKind.PURGE, null))
                .setFilter(filter)
                .build();
    }

    private static OperatorCommand order(OperatorCommandKind kind, @Nullable String scanId) {
        return OperatorCommand.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setRequestId("request-1")
                .setKind(kind)
                .setScanId(scanId)
                .setOrderedBy("ada")
                .setReason("because")
                .setOrderedAt(NOW)
                .build();
    }

    private static void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    private static Map<String, Object> row(String scanId, int replays) {
        return jdbi.withHandle(handle ->
                handle.select(
                                "select * from dead_letters.dead_letter_view where scan_id = ? and replays = ?",
                                scanId,
                                replays)
                        .mapToMap()
                        .one());
    }

    private static Map<String, Object> action(OperatorCommand order) {
        return jdbi.withHandle(handle ->
                handle.select(
                                "select * from dead_letters.operator_action_view where command_id = ?",
                                order.getCommandId())
                        .mapToMap()
                        .one());
    }

    private static String outcome(OperatorCommand order) {
        return String.valueOf(action(order).get("outcome"));
    }

    private static List<String> scans() {
        return jdbi.withHandle(handle ->
                handle.select("select scan_id from dead_letters.dead_letter order by scan_id")
                        .mapTo(String.class)
                        .list());
    }

    private static int purged() {
        return jdbi.withHandle(handle ->
                handle.select("select count(*) from dead_letters.purged_letter")
                        .mapTo(Integer.class)
                        .one());
    }
}
