package io.stepfree.reports.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.kafka.Received;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What polls bring, into the table of scan states of a real database. */
final class StatusProjectionTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");

    private static TestDatabase database;
    private static Jdbi jdbi;

    private final String client = "client-" + UUID.randomUUID();
    private final String scan = UUID.randomUUID().toString();
    private final String other = UUID.randomUUID().toString();
    private final List<String> left = new ArrayList<>();
    private StatusProjection projection;

    @BeforeAll
    static void start() {
        database = TestDatabase.start("reports");
        jdbi = database.jdbi();
    }

    @AfterAll
    static void stop() {
        database.close();
    }

    @BeforeEach
    void open() {
        projection =
                new StatusProjection(
                        new StatusStore(jdbi),
                        new BatchStore(jdbi),
                        new StatusProjection.Left() {
                            @Override
                            public void cancel(String scanId, String host, String requestId) {
                                left.add("cancelled " + scanId);
                            }

                            @Override
                            public void bury(String scanId, String requestId) {
                                left.add("buried " + scanId);
                            }
                        });
    }

    @Test
    void scansThatComeMixedInOnePollEndAsTheyDoEventByEvent() {
        List<ScanEvent> events =
                Stream.of(
                                List.of(accepted(scan), accepted(other)),
                                List.of(event(scan, EventKind.DISPATCHED, 1)),
                                List.of(retrying(scan), event(other, EventKind.DISPATCHED, 1)),
                                List.of(event(scan, EventKind.DISPATCHED, 1)),
                                List.of(event(scan, EventKind.DISPATCHED, 2)),
                                List.of(event(other, EventKind.COMPLETED, 1)),
                                List.of(retrying(other)))
                        .flatMap(List::stream)
                        .toList();
        events.forEach(event -> handle(event));
        List<JsonNode> oneByOne = rows();
        assertThat(oneByOne)
                .extracting(row -> row.path("status").asString())
                .containsExactlyInAnyOrder("dispatched", "completed");
        jdbi.useHandle(handle -> handle.execute("DELETE FROM reports.scan_status"));

        handle(events.toArray(ScanEvent[]::new));

        assertThat(rows()).isEqualTo(oneByOne);
        handle(events.toArray(ScanEvent[]::new));
        assertThat(rows()).as("delivered again").isEqualTo(oneByOne);
    }

    @Test
    void theScoreIsTakenWithTheStatusAndAlsoWhereThatIsKnownAlready() {
        report(scan, 61);
        report(other, 87);
        handle(accepted(other), event(other, EventKind.COMPLETED, 1));
        assertThat(score(other)).isNull();

        handle(
                accepted(scan),
                event(scan, EventKind.REPORT_PUBLISHED, 1),
                event(other, EventKind.REPORT_PUBLISHED, 1));

        assertThat(score(scan)).isEqualTo(61);
        assertThat(score(other)).isEqualTo(87);
        handle(event(other, EventKind.DEAD_LETTERED, 1), event(scan, EventKind.COMPLETED, 1));
        assertThat(score(scan)).isEqualTo(61);
    }

    @Test
    void whatIsToldOfAnErasedScanLeavesNoRowAndIsBuriedOnce() {
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.erasure (id, client, request_id, ordered_by, reason, ordered_at) VALUES (?, ?, 'r', 'ada', '', ?)",
                        scan,
                        client,
                        START));

        handle(
                event(scan, EventKind.DISPATCHED, 1),
                accepted(scan),
                event(scan, EventKind.REPORT_PUBLISHED, 1));

        assertThat(rows()).isEmpty();
        assertThat(left).containsExactly("cancelled " + scan, "buried " + scan);
        handle(event(scan, EventKind.COMPLETED, 1));
        assertThat(rows()).as("whose it is nobody says any more").isEmpty();
        assertThat(left).hasSize(3).endsWith("buried " + scan);
    }

    @Test
    void aRowThatAnotherInstanceMakesAtTheSameMomentIsChanged() {
        try (var handle = jdbi.open()) {
            handle.begin();
            handle.execute(
                    "INSERT INTO reports.scan_status (scan_id, request_id, status, attempt, updated_at, client, url, host, standard, priority, submitted_at, earlier_attempts, replays, accepted_at) VALUES (?, 'r', 'accepted', 0, ?, ?, 'u', 'h', 's', 'low', ?, 0, 0, ?)",
                    scan,
                    START,
                    client,
                    START,
                    START);
            var projected =
                    CompletableFuture.runAsync(() ->
                            handle(
                                    event(scan, EventKind.DISPATCHED, 1),
                                    event(other, EventKind.DISPATCHED, 1)));
            await().atMost(Duration.ofSeconds(30)).until(StatusProjectionTest::someoneWaits);
            handle.commit();
            projected.join();
        }

        assertThat(rows())
                .extracting(
                        row -> row.path("status").asString(),
                        row -> row.path("client").asString(""))
                .containsExactlyInAnyOrder(tuple("dispatched", client), tuple("dispatched", ""));
        assertThat(left).isEmpty();
    }

    private static boolean someoneWaits() {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO reports.scan_status%')")
                        .mapTo(Boolean.class)
                        .one());
    }

    private void handle(ScanEvent... events) {
        projection.handle(
                Stream.of(events)
                        .map(event ->
                                new Received<>(
                                        event,
                                        new ConsumerRecord<byte[], byte[]>(
                                                "scan.events", 0, 0, null, null),
                                        RequestId.saneOr(event.getRequestId()),
                                        Instant.now()))
                        .toList());
    }

    private ScanEvent accepted(String scanId) {
        return ScanEvent.newBuilder(event(scanId, EventKind.ACCEPTED, 0))
                .setRequest(
                        ScanRequest.newBuilder()
                                .setScanId(scanId)
                                .setRequestId("request-1")
                                .setClient(client)
                                .setUrl("https://shop.example/")
                                .setHost("shop.example")
                                .setOptions(ScanOptions.newBuilder().build())
                                .setSubmittedAt(START)
                                .build())
                .build();
    }

    private static ScanEvent retrying(String scanId) {
        return ScanEvent.newBuilder(event(scanId, EventKind.RETRYING, 1))
                .setNextAttemptAt(START.plusSeconds(60))
                .setFailure(
                        Failure.newBuilder()
                                .setType(FailureType.TIMEOUT)
                                .setMessage("a \"quoted\" \\ reason")
                                .build())
                .build();
    }

    private static ScanEvent event(String scanId, EventKind kind, int attempt) {
        return ScanEvent.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-1")
                .setKind(kind)
                .setAt(START.plusSeconds(attempt))
                .setAttempt(attempt)
                .build();
    }

    private void report(String scanId, int score) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at) VALUES (?, CAST(? AS jsonb), 'a', 'b', ?)",
                        scanId,
                        "{\"score\": %d}".formatted(score),
                        START));
    }

    private Integer score(String scanId) {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT score FROM reports.scan_status WHERE scan_id = ?")
                        .bind(0, scanId)
                        .mapTo(Integer.class)
                        .findOne()
                        .orElse(null));
    }

    private List<JsonNode> rows() {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "SELECT to_jsonb(scan_status) FROM reports.scan_status WHERE scan_id IN (?, ?) ORDER BY scan_id")
                        .bind(0, scan)
                        .bind(1, other)
                        .mapTo(String.class)
                        .map(JsonMapper.shared()::readTree)
                        .list());
    }
}
