package io.stepfree.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.MigrationWalk;
import io.stepfree.platform.fixture.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whoever goes back to an older dlq-processor has tables that it can work with: at once, because
 * migrations only add, and, with the scripts that undo them, as they were before.
 */
final class UndoneMigrationsTest {

    /** What each version writes that the one before did not, in its own words. */
    private static final Map<String, List<String>> WORDS =
            Map.of(
                    "1",
                    List.of(
                            """
                            insert into dead_letters.dead_letter (scan_id, replays, request_id, client, url, host, failure_type,
                                   message, cause, attempts, died_at, record, payload, topic, topic_partition, topic_offset)
                            values ('%1$s', 0, 'r', 'acme', 'https://a.example/', 'a.example', 'TIMEOUT', 'took 30 s',
                                    'attempts used up', 4, now(), '{"failures": [{"attempt": 4}], "request": {"earlierAttempts": 0}}',
                                    '\\x01', 'scan.dead-letters', 0, 1)
                            """,
                            "update dead_letters.dead_letter set replayed_at = now() where scan_id = '%1$s'",
                            """
                            insert into dead_letters.unreadable (topic, topic_partition, topic_offset, error, header_names, header_values)
                            select 'scan.dead-letters', 0, count(*), '%1$s', '{}', '{}' from dead_letters.unreadable
                            """,
                            """
                            insert into dead_letters.replay_order (command_id, request_id, scan_id, replays, ordered_by, reason, ordered_at)
                            values ('%1$s', 'r', '%1$s', 0, 'admin', 'again', now())
                            """,
                            "update dead_letters.replay_order set outcome = 'published', settled_at = now() where command_id = '%1$s'"),
                    "2",
                    List.of(
                            """
                            insert into dead_letters.dead_letter (scan_id, replays, request_id, client, url, host, failure_type,
                                   message, cause, attempts, died_at, record, payload, topic, topic_partition, topic_offset,
                                   pattern, pattern_id, engine, batch_id, set_aside, state_by, state_reason, state_at)
                            values ('%1$s', 0, 'r', 'acme', 'https://a.example/', 'a.example', 'TIMEOUT', 'took 30 s',
                                    'attempts used up', 4, now(), '{}', '\\x01', 'scan.dead-letters', 0, 1,
                                    'took # s', 'timeout-1', 'axe 4', 'nightly', 'quarantined', 'admin', 'wait', now())
                            """,
                            """
                            insert into dead_letters.operator_action (command_id, request_id, kind, filter, ordered_by, reason,
                                   ordered_at, outcome, affected, settled_at)
                            values ('%1$s', 'r', 'purge', '{}', 'admin', 'old', now(), 'done', 1, now())
                            """,
                            """
                            insert into dead_letters.purged_letter (scan_id, replays, died_at, command_id)
                            values ('purged-%1$s', 0, now(), '%1$s')
                            """),
                    "3",
                    List.of(
                            """
                            insert into dead_letters.replay (id, request_id, ordered_by, reason, ordered_at, plan, state)
                            values ('%1$s', 'r', 'admin', 'again', now(), '{}', 'running')
                            """,
                            """
                            insert into dead_letters.dead_letter (scan_id, replays, request_id, client, url, host, failure_type,
                                   message, cause, attempts, died_at, record, payload, topic, topic_partition, topic_offset,
                                   claimed_by)
                            values ('%1$s', 0, 'r', 'acme', 'https://a.example/', 'a.example', 'TIMEOUT', 'took 30 s',
                                    'attempts used up', 4, now(), '{}', '\\x01', 'scan.dead-letters', 0, 1, '%1$s')
                            """,
                            """
                            insert into dead_letters.replay_item (replay_id, scan_id, replays, ordinal, state)
                            values ('%1$s', '%1$s', 0, 1, 'pending')
                            """,
                            """
                            insert into dead_letters.replay_order (command_id, request_id, scan_id, replays, ordered_by, reason,
                                   ordered_at, outcome)
                            values ('%1$s', 'r', '%1$s', 0, 'admin', 'again', now(), 'loop_guard')
                            """),
                    "4",
                    List.of(
                            """
                            insert into dead_letters.replay_order (command_id, request_id, scan_id, replays, ordered_by, reason,
                                   ordered_at, outcome)
                            values ('%1$s', 'r', '%1$s', 0, 'admin', 'again', now(), 'registry_refused')
                            """),
                    "5",
                    List.of(
                            """
                            insert into dead_letters.replay (id, request_id, ordered_by, reason, ordered_at, plan, state)
                            values ('%1$s', 'r', 'admin', 'again', now(), '{}', 'completed')
                            """,
                            """
                            insert into dead_letters.replay_item (replay_id, scan_id, replays, ordinal, state, last_attempt)
                            values ('%1$s', '%1$s', 0, 1, 'published', 4)
                            """),
                    "7",
                    List.of(
                            """
                            insert into dead_letters.replay (id, request_id, ordered_by, reason, ordered_at, plan, state)
                            values ('%1$s', 'r', 'admin', 'again', now(), '{}', 'stopped')
                            """,
                            """
                            insert into dead_letters.replay_step (replay_id, kind, command_id, done_by, reason)
                            values ('%1$s', 'stopped', '%1$s', 'admin', 'wrong host')
                            """),
                    "8",
                    List.of(
                            """
                            insert into dead_letters.erasure (id, client, request_id, ordered_by, reason, ordered_at)
                            values ('%1$s', 'gone', 'r', 'admin', 'asked for', now())
                            """));

    @Test
    void anOlderVersionGoesOnWithTheTablesOfANewerOneAndEachMigrationCanBeUndone() {
        try (TestDatabase database = TestDatabase.start()) {
            Map<String, List<String>> gone =
                    new MigrationWalk(database, "dead_letters", WORDS).forwardsBackAndForwards();

            assertThat(gone).containsOnlyKeys("3", "4");
            assertThat(gone.get("4")).allMatch(row -> row.contains("registry_refused"));
            // Letters that a replay of many had chosen are there as well, and free again.
            List<String> chosen = gone.getOrDefault("3", List.of());
            assertThat(chosen)
                    .isNotEmpty()
                    .allMatch(row -> row.startsWith("dead_letter: ") && row.contains("version-3-"));
            assertThat(lettersLetGo(database)).isEqualTo(chosen.size());
        }
    }

    private static int lettersLetGo(TestDatabase database) {
        return database.jdbi()
                .withHandle(handle ->
                        handle.createQuery(
                                        """
                                        select count(*) from dead_letters.dead_letter
                                        where scan_id like 'version-3-%' and claimed_by is null
                                        """)
                                .mapTo(Integer.class)
                                .one());
    }
}
