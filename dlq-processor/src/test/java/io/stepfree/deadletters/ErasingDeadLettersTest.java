package io.stepfree.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OffsetSpan;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.ops.TopicSpan;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** What died of a client's scans is erased, and stays erased. */
final class ErasingDeadLettersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestKafka kafka;
    private static TestDatabase database;
    private static ConfigurableApplicationContext service;
    private static RecordPublisher publisher;
    private static Jdbi jdbi;

    private final String client = "client-" + UUID.randomUUID();
    private final String host = UUID.randomUUID() + ".example.org";

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = TestDatabase.start();
        service =
                ServiceApplication.run(
                        "dlq-processor",
                        DeadLetterApplication.class,
                        ServiceArguments.of(
                                kafka,
                                TestRegistry.shared(),
                                database,
                                "--stepfree.dead-letters.end-patience=3s"));
        publisher = service.getBean(RecordPublisher.class);
        jdbi = service.getBean(Jdbi.class);
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
        kafka.close();
    }

    @Test
    void lettersGoAndWhatWasOrderedOfThemNoLongerNamesTheirScans() {
        List<String> scans = List.of(newScan(), newScan(), newScan());
        scans.forEach(scan -> bury(client, scan));
        String other = newScan();
        bury("somebody-else", other);
        awaitLetters(host, 4);

        String judged =
                publish(
                        "dlq-processor",
                        Letters.order(OperatorCommandKind.QUARANTINE).setScanId(other).build());
        String released =
                publish(
                        "dlq-processor",
                        Letters.order(OperatorCommandKind.RELEASE)
                                .setScanId(scans.getFirst())
                                .build());
        String sampled = replay(ofClient().setDryRun(true).build());
        awaitReplay(sampled, "dry_run");
        assertThat(one("select sample::text from dead_letters.replay where id = ?", sampled))
                .contains(scans.getFirst());
        // One goes at once; the next would in ten seconds.
        String slow = replay(ofClient().setRatePerSecond(0.1).build());
        await().atMost(PATIENCE)
                .until(() ->
                        count(
                                        "select count(*) from dead_letters.replay_item where replay_id = ? and state = 'published'",
                                        slow)
                                == 1);

        String erasure = publish(ErasureOrders.ADDRESSEE, erasure(client, now()));
        awaitDone(erasure);

        assertThat(
                        one(
                                "select erased ->> 'deadLetters' from dead_letters.erasure where id = ?",
                                erasure))
                .isEqualTo("3");
        assertThat(one("select remaining::text from dead_letters.erasure where id = ?", erasure))
                .isEqualTo("{\"deadLetters\": 0}");
        assertThat(count("select count(*) from dead_letters.dead_letter where client = ?", client))
                .isZero();
        assertThat(count("select count(*) from dead_letters.dead_letter where scan_id = ?", other))
                .isOne();
        for (String table : List.of("replay_item", "operator_action", "replay_order")) {
            int named =
                    jdbi.withHandle(handle ->
                            handle.createQuery(
                                            "select count(*) from dead_letters.<table> where scan_id in (<scans>)")
                                    .define("table", table)
                                    .bindList("scans", scans)
                                    .mapTo(Integer.class)
                                    .one());
            assertThat(named).as(table).isZero();
        }
        assertThat(
                        one(
                                "select scan_id from dead_letters.operator_action where command_id = ?",
                                judged))
                .isEqualTo(other);
        assertThat(
                        one(
                                "select outcome from dead_letters.operator_action where command_id = ?",
                                released))
                .isEqualTo("not_set_aside");
        assertThat(
                        one(
                                "select coalesce(sample::text, 'none') from dead_letters.replay where id = ?",
                                sampled))
                .isEqualTo("none");

        // Its sums are still right, and it ends.
        awaitReplay(slow, "completed");
        assertThat(replayRow(slow))
                .containsEntry("chosen", 3)
                .containsEntry("published", 1L)
                .containsEntry("cancelled", 1L)
                .containsEntry("waiting", 0L);
        assertThat(replayRow(slow).get("skipped")).hasToString("{\"purged\": 2}");
    }

    @Test
    void whatComesLateOrFromTheTopicStaysOutAndWhatIsNewIsKept() {
        String scan = newScan();
        RecordMetadata place = bury(client, scan);
        awaitLetters(host, 1);
        String unheard = newScan();
        DeadLetter late = letter(client, unheard);
        String erasure = publish(ErasureOrders.ADDRESSEE, erasure(client, now()));
        awaitDone(erasure);

        bury(late);
        String fresh = newScan();
        bury(client, fresh);
        await().atMost(PATIENCE)
                .until(() ->
                        count(
                                        "select count(*) from dead_letters.dead_letter where scan_id = ?",
                                        fresh)
                                == 1);
        assertThat(count("select count(*) from dead_letters.dead_letter where client = ?", client))
                .isOne();

        String span =
                replay(
                        ReplayPlan.newBuilder()
                                .setRatePerSecond(100)
                                .setSpan(
                                        TopicSpan.newBuilder()
                                                .setOffsets(
                                                        List.of(
                                                                OffsetSpan.newBuilder()
                                                                        .setPartition(
                                                                                place.partition())
                                                                        .setFromOffset(
                                                                                place.offset())
                                                                        .setToOffset(
                                                                                place.offset() + 1)
                                                                        .build()))
                                                .build())
                                .build());
        awaitReplay(span, "completed");
        assertThat(replayRow(span)).containsEntry("chosen", 0);
        assertThat(count("select count(*) from dead_letters.replay_item where scan_id = ?", scan))
                .isZero();

        // Once more, and nothing is counted again.
        publish(ErasureOrders.ADDRESSEE, erasure(client, now(), erasure));
        String marker = publish(ErasureOrders.ADDRESSEE, erasure("nobody", now()));
        awaitDone(marker);
        assertThat(
                        one(
                                "select erased ->> 'deadLetters' from dead_letters.erasure where id = ?",
                                erasure))
                .isEqualTo("1");
        assertThat(count("select count(*) from dead_letters.dead_letter where scan_id = ?", fresh))
                .isOne();
    }

    private ReplayPlan.Builder ofClient() {
        return ReplayPlan.newBuilder()
                .setFilter(DeadLetterFilter.newBuilder().setClient(client).build());
    }

    private DeadLetter letter(String whose, String scan) {
        return Letters.of(
                ScanRequest.newBuilder(Letters.request(host, 0, scan)).setClient(whose).build());
    }

    private RecordMetadata bury(String whose, String scan) {
        return bury(letter(whose, scan));
    }

    private RecordMetadata bury(DeadLetter letter) {
        return publisher.publish(
                Topics.SCAN_DEAD_LETTERS, host, letter, new RequestId("request-of-a-scan"));
    }

    private static OperatorCommand erasure(String client, Instant at) {
        return erasure(client, at, UUID.randomUUID().toString());
    }

    private static OperatorCommand erasure(String client, Instant at, String id) {
        return Letters.order(OperatorCommandKind.ERASE_CLIENT)
                .setCommandId(id)
                .setClient(client)
                .setOrderedAt(at)
                .build();
    }

    private static String replay(ReplayPlan plan) {
        return publish(
                "dlq-processor",
                Letters.order(OperatorCommandKind.REPLAY_MANY).setPlan(plan).build());
    }

    private static String publish(String addressee, OperatorCommand command) {
        publisher.publish(
                Topics.OPS_COMMANDS, addressee, command, new RequestId(command.getRequestId()));
        return command.getCommandId();
    }

    private static void awaitLetters(String host, int letters) {
        await().atMost(PATIENCE)
                .until(() ->
                        count("select count(*) from dead_letters.dead_letter where host = ?", host)
                                == letters);
    }

    private static void awaitDone(String erasure) {
        await().atMost(PATIENCE)
                .until(() ->
                        count(
                                        "select count(*) from dead_letters.erasure_view where id = ? and done_at is not null",
                                        erasure)
                                == 1);
    }

    private static void awaitReplay(String replay, String state) {
        await().atMost(PATIENCE)
                .until(() ->
                        count(
                                        "select count(*) from dead_letters.replay where id = ? and state = ?",
                                        replay,
                                        state)
                                == 1);
    }

    private static Map<String, Object> replayRow(String id) {
        return jdbi.withHandle(handle ->
                handle.select("select * from dead_letters.replay_view where id = ?", id)
                        .mapToMap()
                        .one());
    }

    private static String one(String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.select(sql, arguments).mapTo(String.class).one());
    }

    private static int count(String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.select(sql, arguments).mapTo(Integer.class).one());
    }

    private static String newScan() {
        return UUID.randomUUID().toString();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
