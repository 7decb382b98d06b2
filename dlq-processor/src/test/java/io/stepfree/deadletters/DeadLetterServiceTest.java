package io.stepfree.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Lineage;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DeadLetterServiceTest {

    private static final Instant SUBMITTED = Instant.parse("2026-11-22T09:00:00.123Z");
    private static final Instant DIED = Instant.parse("2026-11-22T09:00:20.456Z");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static TestKafka kafka;
    private static TestDatabase database;
    private static ConfigurableApplicationContext service;
    private static RecordPublisher publisher;
    private static KafkaProducer<byte[], byte[]> foreignWriter;
    private static Jdbi jdbi;

    private final String scanId = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = TestDatabase.start();
        service =
                ServiceApplication.run(
                        "dlq-processor",
                        DeadLetterApplication.class,
                        ServiceArguments.of(kafka, TestRegistry.shared(), database));
        publisher = service.getBean(RecordPublisher.class);
        jdbi = service.getBean(Jdbi.class);
        foreignWriter =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        foreignWriter.close();
        service.close();
        database.close();
        kafka.close();
    }

    @Test
    void aDeadLetterBecomesARowThatTellsEverything() {
        var letter = deadLetter(0, 1, 4);
        RecordMetadata place = publish(letter);

        Map<String, Object> row = awaitRow(0);
        assertThat(row)
                .containsEntry("scan_id", scanId)
                .containsEntry("replays", 0)
                .containsEntry("request_id", "req-" + scanId)
                .containsEntry("client", "team-a")
                .containsEntry("url", "https://example.org/page?a=1")
                .containsEntry("host", "example.org")
                .containsEntry("failure_type", "http_error")
                .containsEntry("message", "The page answered 503 at attempt 4.")
                .containsEntry("http_status", 503)
                .containsEntry("cause", "attempts_used_up")
                .containsEntry("attempts", 4)
                .containsEntry("state", "dead")
                .containsEntry("topic", "scan.dead-letters")
                .containsEntry("topic_partition", place.partition())
                .containsEntry("topic_offset", place.offset());
        assertThat(
                        one(
                                OffsetDateTime.class,
                                "select died_at from dead_letters.dead_letter_view where scan_id = ?",
                                scanId))
                .satisfies(diedAt -> assertThat(diedAt.toInstant()).isEqualTo(DIED));

        JsonNode record = readableRecord();
        assertThat(record.at("/request/url").asString()).isEqualTo("https://example.org/page?a=1");
        assertThat(record.at("/request/priority").asString()).isEqualTo("low");
        assertThat(record.at("/request/options/viewportWidth").asInt()).isEqualTo(1280);
        assertThat(record.at("/request/submittedAt").asString())
                .isEqualTo("2026-11-22T09:00:00.123Z");
        assertThat(record.at("/cause").asString()).isEqualTo("attempts_used_up");
        assertThat(record.at("/diedAt").asString()).isEqualTo("2026-11-22T09:00:20.456Z");
        assertThat(record.at("/failures").size()).isEqualTo(4);
        JsonNode second = record.at("/failures/1");
        assertThat(second.at("/attempt").asInt()).isEqualTo(2);
        assertThat(second.at("/worker").asString()).isEqualTo("scan-processor-1");
        assertThat(second.at("/startedAt").asString()).isEqualTo("2026-11-22T09:00:02.123Z");
        assertThat(second.at("/failedAt").asString()).isEqualTo("2026-11-22T09:00:03.123Z");
        assertThat(second.at("/type").asString()).isEqualTo("http_error");
        assertThat(second.at("/message").asString())
                .isEqualTo("The page answered 503 at attempt 2.");
        assertThat(second.at("/httpStatus").asInt()).isEqualTo(503);
        assertThat(second.at("/field").isNull()).isTrue();
    }

    @Test
    void theBytesOfADeadLetterAreKeptAsTheyCame() {
        RecordMetadata place = publish(deadLetter(0, 1, 1));
        awaitRow(0);

        byte[] kept =
                one(
                        byte[].class,
                        "select payload from dead_letters.dead_letter where scan_id = ?",
                        scanId);
        try (var probe = TopicProbe.raw(kafka, Topics.SCAN_DEAD_LETTERS.name())) {
            assertThat(recordAt(probe, place).value()).isEqualTo(kept);
        }
    }

    @Test
    void theSameDeadLetterMetTwiceStaysOneRow() {
        RecordMetadata first = publish(deadLetter(0, 1, 4));
        publish(deadLetter(0, 1, 4));
        publish(
                deadLetter(
                        1, 5, 8)); // The same partition: once this is there, the others are done.

        awaitRow(1);
        assertThat(awaitRow(0)).containsEntry("topic_offset", first.offset());
        assertThat(
                        all(
                                Integer.class,
                                "select replays from dead_letters.dead_letter where scan_id = ? order by replays",
                                scanId))
                .containsExactly(0, 1);
    }

    @Test
    void aCharacterThatTheDatabaseCannotHoldDoesNotStopThePartition() {
        var letter = deadLetter(0, 1, 1);
        var failure = letter.getFailures().getFirst();
        var poisoned =
                DeadLetter.newBuilder(letter)
                        .setFailures(
                                List.of(
                                        AttemptFailure.newBuilder(failure)
                                                .setFailure(
                                                        Failure.newBuilder(failure.getFailure())
                                                                .setMessage("before\0after")
                                                                .build())
                                                .build()))
                        .build();
        publish(poisoned);

        assertThat(awaitRow(0)).containsEntry("message", "before\uFFFDafter");
        assertThat(readableRecord().at("/failures/0/message").asString())
                .isEqualTo("before\uFFFDafter");
    }

    @Test
    void aDeadLetterThatComesWhileTheDatabaseIsDownIsIndexedOnceItIsBack() {
        database.stop();
        publish(deadLetter(0, 1, 4));
        database.restart();

        assertThat(awaitRow(0)).containsEntry("state", "dead");
    }

    @Test
    void aRecordThatCannotBeDecodedIsKeptByteForByte() {
        byte[] key = {0, 1, (byte) 0xff};
        byte[] value = {7, 0, (byte) 0x80, 42};
        var record = new ProducerRecord<>(Topics.SCAN_DEAD_LETTERS.name(), 3, key, value);
        record.headers().add("from", "elsewhere".getBytes(UTF_8));
        RecordMetadata place = write(record);

        Map<String, Object> row = awaitUnreadable(place.topic(), place.partition(), place.offset());
        assertThat(row).containsEntry("size_bytes", 4);
        assertThat((String) row.get("error")).contains("not in the Confluent wire format");
        assertThat((Long) row.get("id")).isPositive();
        assertThat(row.get("kept_at")).isNotNull();
        Map<String, Object> raw = rawUnreadable(row);
        assertThat((byte[]) raw.get("key")).isEqualTo(key);
        assertThat((byte[]) raw.get("value")).isEqualTo(value);
        assertThat((byte[]) raw.get("first_header_name")).isEqualTo("from".getBytes(UTF_8));
        assertThat((byte[]) raw.get("first_header_value")).isEqualTo("elsewhere".getBytes(UTF_8));
    }

    @Test
    void anUnreadableRecordMetByTwoReadersIsKeptOnce() {
        for (int reader = 0; reader < 2; reader++) {
            var record =
                    new ProducerRecord<byte[], byte[]>(
                            Topics.Unreadable.NAME, 0, null, new byte[] {1, 2, 3});
            describe(record.headers(), "scan.attempts", "7", "4711");
            write(record);
        }
        RecordMetadata last =
                write(new ProducerRecord<>(Topics.Unreadable.NAME, 0, null, new byte[] {9}));

        awaitUnreadable(last.topic(), last.partition(), last.offset());
        assertThat(awaitUnreadable("scan.attempts", 7, 4711))
                .containsEntry("error", "cannot read this")
                .containsEntry("size_bytes", 3);
        assertThat(
                        one(
                                Integer.class,
                                "select count(*) from dead_letters.unreadable where topic = 'scan.attempts'"))
                .isEqualTo(1);
    }

    @Test
    void aForeignRecordOnTheUnreadableTopicIsKeptUnderItsOwnPlace() {
        var record = new ProducerRecord<byte[], byte[]>(Topics.Unreadable.NAME, 1, null, null);
        describe(record.headers(), "scan.attempts", "seven", "4712");
        record.headers().add("no value", null);
        RecordMetadata place = write(record);

        Map<String, Object> row = awaitUnreadable(place.topic(), place.partition(), place.offset());
        assertThat(row).containsEntry("size_bytes", 0);
        assertThat(rawUnreadable(row)).containsEntry("value", null);
    }

    @Test
    void anOriginThatCannotBeATopicIsNotBelieved() {
        var record =
                new ProducerRecord<byte[], byte[]>(Topics.Unreadable.NAME, 2, null, new byte[1]);
        describe(record.headers(), "x".repeat(100_000), "7", "4713");
        RecordMetadata place = write(record);

        awaitUnreadable(place.topic(), place.partition(), place.offset());
    }

    @Test
    void aReplaySendsTheScanBackAsItsNextLife() {
        RecordMetadata place = publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var order = replay(scanId);
        publish("dlq-processor", order);

        awaitOutcome(order, "published");
        assertThat(awaitRow(0)).containsEntry("state", "replayed");
        List<ConsumerRecord<String, ScanCommand>> commands = commandsOfThisScan();
        assertThat(commands).hasSize(1);
        var record = commands.getFirst();
        assertThat(record.key()).isEqualTo("example.org");
        assertThat(RequestId.from(record.headers())).contains(new RequestId("req-" + scanId));
        ScanCommand command = record.value();
        assertThat(command.getKind()).isEqualTo(CommandKind.SUBMIT);
        assertThat(command.getScanId()).isEqualTo(scanId);
        assertThat(command.getRequestId()).isEqualTo("req-" + scanId);
        assertThat(command.getIssuedAt()).isEqualTo(order.getOrderedAt());
        assertThat(command.getRequest())
                .isEqualTo(
                        ScanRequest.newBuilder(request(0, 0))
                                .setReplays(1)
                                .setEarlierAttempts(4)
                                .setLineage(
                                        Lineage.newBuilder()
                                                .setReplayId(order.getCommandId())
                                                .setTopic("scan.dead-letters")
                                                .setPartition(place.partition())
                                                .setOffset(place.offset())
                                                .setDiedAt(DIED)
                                                .build())
                                .build());
        assertThat(
                        row(
                                "select ordered_by, reason, scan_id, replays, request_id from dead_letters.replay_order where command_id = ?",
                                order.getCommandId()))
                .containsEntry("ordered_by", "ada")
                .containsEntry("reason", "the site is back")
                .containsEntry("scan_id", scanId)
                .containsEntry("replays", 0)
                .containsEntry("request_id", order.getRequestId());
    }

    @Test
    void theNewestLifeIsReplayedWithAttemptsCountedOn() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var first = replay(scanId);
        publish("dlq-processor", first);
        awaitOutcome(first, "published");

        publish(deadLetter(1, 5, 6));
        awaitRow(1);
        var second = replay(scanId);
        publish("dlq-processor", second);
        awaitOutcome(second, "published");

        assertThat(commandsOfThisScan())
                .extracting(
                        record -> record.value().getRequest().getReplays(),
                        record -> record.value().getRequest().getEarlierAttempts())
                .containsExactly(tuple(1, 4), tuple(2, 6));
    }

    @ParameterizedTest
    @ValueSource(strings = {"quarantined", "discarded"})
    void whatIsSetAsideIsNotReplayed(String setAside) {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.dead_letter set set_aside = ? where scan_id = ?",
                        setAside,
                        scanId));
        var order = replay(scanId);
        publish("dlq-processor", order);

        awaitOutcome(order, setAside);
        assertThat(commandsOfThisScan()).isEmpty();
    }

    @Test
    void aScanReplayedAsOftenAsMayBeComesIntoQuarantine() {
        publish(deadLetter(3, 9, 9));

        assertThat(awaitRow(3))
                .containsEntry("state", "quarantined")
                .containsEntry("state_by", "loop guard")
                .containsEntry(
                        "state_reason",
                        "It has died after 3 replays, as many as a scan may have; release it for one more.");
        var release = keeping(OperatorCommandKind.RELEASE, null);
        publish("dlq-processor", release);
        awaitAction(release);
        var order = replay(scanId);
        publish("dlq-processor", order);
        awaitOutcome(order, "published");
    }

    @Test
    void aScanThatDiedWhileTheLimitWasHigherIsQuarantinedInsteadOfReplayed() {
        publish(deadLetter(3, 9, 9));
        awaitRow(3);
        jdbi.useHandle(handle ->
                handle.execute(
                        "update dead_letters.dead_letter set set_aside = null, state_by = null, state_reason = null, state_at = null where scan_id = ?",
                        scanId));
        var order = replay(scanId);
        publish("dlq-processor", order);

        awaitOutcome(order, "loop_guard");
        assertThat(awaitRow(3)).containsEntry("state", "quarantined");
        assertThat(commandsOfThisScan()).isEmpty();
    }

    @Test
    void theEndOfASingleReplayIsWrittenToItsDeadLetter() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var order = replay(scanId);
        publish("dlq-processor", order);
        awaitOutcome(order, "published");
        publisher.publish(
                Topics.SCAN_EVENTS,
                scanId,
                ScanEvent.newBuilder()
                        .setScanId(scanId)
                        .setRequestId("req-" + scanId)
                        .setKind(EventKind.CANCELLED)
                        .setAt(DIED)
                        .setAttempt(4)
                        .build(),
                new RequestId("req-" + scanId));

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(awaitRow(0))
                                .containsEntry("next_end", "cancelled")
                                .containsEntry("replay_id", order.getCommandId()));
    }

    @Test
    void aDoubledOrderIsCarriedOutOnce() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var order = replay(scanId);
        publish("dlq-processor", order);
        publish("dlq-processor", order);
        awaitAllOrdersDone();

        assertThat(commandsOfThisScan()).hasSize(1);
        assertThat(outcome(order)).isEqualTo("published");
    }

    @Test
    void aSecondOrderIsToldThatTheScanWasReplayed() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var first = replay(scanId);
        var second = replay(scanId);
        publish("dlq-processor", first);
        publish("dlq-processor", second);

        awaitOutcome(second, "already_replayed");
        assertThat(outcome(first)).isEqualTo("published");
        assertThat(commandsOfThisScan()).hasSize(1);
        assertThat(action(first))
                .containsEntry("kind", "replay")
                .containsEntry("scan_id", scanId)
                .containsEntry("replays", 0)
                .containsEntry("ordered_by", "ada")
                .containsEntry("reason", "the site is back")
                .containsEntry("outcome", "published")
                .containsEntry("affected", 1L);
        assertThat(action(second))
                .containsEntry("outcome", "already_replayed")
                .containsEntry("affected", 0L);
    }

    @Test
    void anOrderForAnUnknownScanIsRemembered() {
        var order = replay(scanId);
        publish("dlq-processor", order);

        awaitOutcome(order, "unknown_scan");
        assertThat(commandsOfThisScan()).isEmpty();
    }

    @Test
    void anOrderThatNamesNoScanIsRememberedAsUnknown() {
        var order = replay(null);
        publish("dlq-processor", order);

        awaitOutcome(order, "unknown_scan");
    }

    @Test
    void anOrderForAnotherServiceIsLeftAlone() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var order = replay(scanId);
        publish("alert-processor", order);
        awaitAllOrdersDone();

        assertThat(awaitRow(0)).containsEntry("state", "dead");
        assertThat(outcome(order)).isEqualTo("not taken");
    }

    @Test
    void anOrderInterruptedByACrashGoesOnWithTheDeadLetterItHadChosen() {
        publish(deadLetter(0, 1, 4));
        publish(deadLetter(1, 5, 8)); // What the replay published before the crash has died again.
        awaitRow(1);
        var order = replay(scanId);
        jdbi.useHandle(handle ->
                handle.execute(
                        """
                        insert into dead_letters.replay_order (command_id, request_id, scan_id, replays, ordered_by, reason, ordered_at)
                        values (?, ?, ?, 0, 'ada', '', now())
                        """,
                        order.getCommandId(),
                        order.getRequestId(),
                        scanId));
        publish("dlq-processor", order);

        awaitOutcome(order, "published");
        assertThat(commandsOfThisScan())
                .singleElement()
                .satisfies(record ->
                        assertThat(record.value().getRequest().getReplays()).isEqualTo(1));
        assertThat(awaitRow(0)).containsEntry("state", "replayed");
        assertThat(awaitRow(1)).containsEntry("state", "dead");
    }

    @Test
    void ordersToKeepAndToReplayAreCarriedOutInTheOrderTheyWereGiven() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        publish("dlq-processor", keeping(OperatorCommandKind.QUARANTINE, null));
        publish("dlq-processor", keeping(OperatorCommandKind.RELEASE, null));
        var discard = keeping(OperatorCommandKind.DISCARD, null);
        publish("dlq-processor", discard);
        var elsewhere = keeping(OperatorCommandKind.RELEASE, null);
        publish("alert-processor", elsewhere);
        awaitAction(discard);

        assertThat(awaitRow(0))
                .containsEntry("state", "discarded")
                .containsEntry("state_reason", "the site is gone");
        assertThat(
                        all(
                                String.class,
                                "select kind || ' ' || outcome from dead_letters.operator_action where scan_id = ? order by taken_at",
                                scanId))
                .containsExactly("quarantine done", "release done", "discard done");
    }

    @Test
    void aPurgeTakesWhatItsFilterChoosesAndNothingElse() {
        publish(deadLetter(0, 1, 4));
        awaitRow(0);
        var purge =
                keeping(
                        OperatorCommandKind.PURGE,
                        DeadLetterFilter.newBuilder()
                                .setHost("example.org")
                                .setText("answered 503")
                                .setState("quarantined")
                                .build());
        publish("dlq-processor", keeping(OperatorCommandKind.QUARANTINE, null));
        publish("dlq-processor", purge);
        awaitAction(purge);

        assertThat(
                        all(
                                String.class,
                                "select scan_id from dead_letters.dead_letter where scan_id = ?",
                                scanId))
                .isEmpty();
        assertThat(
                        row(
                                "select * from dead_letters.operator_action where command_id = ?",
                                purge.getCommandId()))
                .containsEntry("outcome", "done")
                .containsEntry("affected", 1L);
    }

    private static void awaitAction(OperatorCommand order) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        all(
                                                String.class,
                                                "select outcome from dead_letters.operator_action where command_id = ?",
                                                order.getCommandId()))
                                .containsExactly("done"));
    }

    private OperatorCommand keeping(OperatorCommandKind kind, @Nullable DeadLetterFilter filter) {
        return OperatorCommand.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setRequestId(UUID.randomUUID().toString())
                .setKind(kind)
                .setScanId(filter == null ? scanId : null)
                .setFilter(filter)
                .setOrderedBy("ada")
                .setReason("the site is gone")
                .setOrderedAt(Instant.parse("2026-11-22T10:00:00Z"))
                .build();
    }

    private ScanRequest request(int replays, int earlierAttempts) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId("req-" + scanId)
                .setClient("team-a")
                .setUrl("https://example.org/page?a=1")
                .setHost("example.org")
                .setPriority(Priority.LOW)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(SUBMITTED)
                .setEarlierAttempts(earlierAttempts)
                .setReplays(replays)
                .build();
    }

    private DeadLetter deadLetter(int replays, int firstAttempt, int lastAttempt) {
        return DeadLetter.newBuilder()
                .setRequest(request(replays, firstAttempt - 1))
                .setFailures(
                        IntStream.rangeClosed(firstAttempt, lastAttempt)
                                .mapToObj(DeadLetterServiceTest::failure)
                                .toList())
                .setCause(DeathCause.ATTEMPTS_USED_UP)
                .setDiedAt(DIED)
                .build();
    }

    private static AttemptFailure failure(int attempt) {
        return AttemptFailure.newBuilder()
                .setAttempt(attempt)
                .setWorker("scan-processor-1")
                .setStartedAt(SUBMITTED.plusSeconds(attempt))
                .setFailedAt(SUBMITTED.plusSeconds(attempt + 1))
                .setFailure(
                        Failure.newBuilder()
                                .setType(FailureType.HTTP_ERROR)
                                .setMessage(
                                        "The page answered 503 at attempt %d.".formatted(attempt))
                                .setHttpStatus(503)
                                .build())
                .build();
    }

    private static OperatorCommand replay(@Nullable String scan) {
        return OperatorCommand.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setRequestId(UUID.randomUUID().toString())
                .setKind(OperatorCommandKind.REPLAY)
                .setScanId(scan)
                .setOrderedBy("ada")
                .setReason("the site is back")
                .setOrderedAt(Instant.parse("2026-11-22T10:00:00Z"))
                .build();
    }

    private static RecordMetadata publish(DeadLetter letter) {
        return publisher.publish(
                Topics.SCAN_DEAD_LETTERS,
                letter.getRequest().getHost(),
                letter,
                new RequestId(letter.getRequest().getRequestId()));
    }

    private static void publish(String service, OperatorCommand command) {
        publisher.publish(
                Topics.OPS_COMMANDS, service, command, new RequestId(command.getRequestId()));
    }

    private static RecordMetadata write(ProducerRecord<byte[], byte[]> record) {
        try {
            return foreignWriter.send(record).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static void describe(Headers headers, String topic, String partition, String offset) {
        headers.add(Topics.Unreadable.MESSAGE, "cannot read this".getBytes(UTF_8));
        headers.add(Topics.Unreadable.TOPIC, topic.getBytes(UTF_8));
        headers.add(Topics.Unreadable.PARTITION, partition.getBytes(UTF_8));
        headers.add(Topics.Unreadable.OFFSET, offset.getBytes(UTF_8));
    }

    private Map<String, Object> awaitRow(int replays) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () ->
                                row(
                                        "select * from dead_letters.dead_letter_view where scan_id = ? and replays = ?",
                                        scanId,
                                        replays),
                        row -> !row.isEmpty());
    }

    private JsonNode readableRecord() {
        return JsonMapper.shared()
                .readTree(
                        one(
                                String.class,
                                "select record::text from dead_letters.dead_letter_view where scan_id = ?",
                                scanId));
    }

    private static Map<String, Object> awaitUnreadable(String topic, int partition, long offset) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () ->
                                row(
                                        "select * from dead_letters.unreadable_view where topic = ? and topic_partition = ? and topic_offset = ?",
                                        topic,
                                        partition,
                                        offset),
                        row -> !row.isEmpty());
    }

    private static Map<String, Object> rawUnreadable(Map<String, Object> row) {
        return row(
                "select key, value, header_names[1] as first_header_name, header_values[1] as first_header_value from dead_letters.unreadable where id = ?",
                Objects.requireNonNull(row.get("id")));
    }

    private static <T> T one(Class<T> type, String sql, Object... arguments) {
        return all(type, sql, arguments).getFirst();
    }

    private static <T> List<T> all(Class<T> type, String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.select(sql, arguments).mapTo(type).list());
    }

    private static Map<String, Object> row(String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.select(sql, arguments).mapToMap().one());
    }

    private static void awaitOutcome(OperatorCommand order, String expected) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(outcome(order)).isEqualTo(expected));
    }

    private static Map<String, Object> action(OperatorCommand order) {
        return row(
                "select * from dead_letters.operator_action_view where command_id = ?",
                order.getCommandId());
    }

    private static String outcome(OperatorCommand order) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "select coalesce(outcome, 'under way') from dead_letters.replay_order where command_id = ?")
                        .bind(0, order.getCommandId())
                        .mapTo(String.class)
                        .findOne()
                        .orElse("not taken"));
    }

    /** Orders share a partition, so once one given now is settled, all before it are. */
    private static void awaitAllOrdersDone() {
        var last = replay("no such scan");
        publish("dlq-processor", last);
        awaitOutcome(last, "unknown_scan");
    }

    private List<ConsumerRecord<String, ScanCommand>> commandsOfThisScan() {
        try (var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_REQUESTS)) {
            // What was published before now ends up below the offset of this marker.
            RecordMetadata marker =
                    publisher.publish(
                            Topics.SCAN_REQUESTS,
                            "example.org",
                            ScanCommand.newBuilder()
                                    .setKind(CommandKind.CANCEL)
                                    .setScanId("marker")
                                    .setRequestId("marker")
                                    .setIssuedAt(DIED)
                                    .build(),
                            new RequestId("marker"));
            recordAt(probe, marker);
            return probe.received().stream()
                    .filter(record -> record.value().getScanId().equals(scanId))
                    .toList();
        }
    }

    private static <T> ConsumerRecord<String, T> recordAt(
            TopicProbe<T> probe, RecordMetadata place) {
        return await().atMost(PATIENCE)
                .until(
                        () ->
                                probe.received().stream()
                                        .filter(record ->
                                                record.partition() == place.partition()
                                                        && record.offset() == place.offset())
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
