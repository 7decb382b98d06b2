package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.health.Health;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.repeat.RepeatKey;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.receipt.Verification;
import io.stepfree.reports.history.FoundResults;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** The whole service against a real broker, registry and database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportBuilderTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path directory;

    private TestKafka kafka;
    private TestRegistry registry;
    private TestDatabase database;
    private ConfigurableApplicationContext service;
    private RecordPublisher publisher;
    private Jdbi jdbi;
    private TopicProbe<ScanEvent> events;

    @BeforeAll
    void start() {
        kafka = TestKafka.start();
        registry = TestRegistry.shared();
        database = TestDatabase.start();
        service = startService(directory);
        publisher = service.getBean(RecordPublisher.class);
        jdbi = database.jdbi();
        events = TopicProbe.of(kafka, registry, Topics.SCAN_EVENTS);
    }

    @AfterAll
    void stop() {
        events.close();
        service.close();
        database.close();
        kafka.close();
    }

    private ConfigurableApplicationContext startService(Path reports) {
        return ServiceApplication.run(
                "report-builder",
                ReportApplication.class,
                ServiceArguments.of(
                        kafka, registry, database, "--stepfree.reports.directory=" + reports));
    }

    @Test
    void theDiskOfTheReportsIsLookedAtBesideTheOneOfTheService() {
        await().untilAsserted(() ->
                assertThat(service.getBean(HealthBoard.class).all())
                        .extracting(Health::name)
                        .contains("disk", "reports-disk", "database", "pool", "recovery"));
    }

    @Test
    void aResultBecomesARowTwoFilesAndAnEvent() throws IOException {
        var scan = newScan();
        publish(SampleResults.rich(scan, "req-" + scan));

        var announced =
                await().atMost(LONG)
                        .until(() -> announcements(scan), found -> !found.isEmpty())
                        .getFirst();
        assertThat(announced.value().getRequestId()).isEqualTo("req-" + scan);
        assertThat(announced.value().getAttempt()).isEqualTo(3);
        assertThat(announced.key()).isEqualTo(scan);
        assertThat(RequestId.from(announced.headers())).contains(new RequestId("req-" + scan));

        var row = report(scan).orElseThrow();
        var html = Path.of((String) row.get("html_file"));
        var json = Path.of((String) row.get("json_file"));
        assertThat(html.getParent()).isEqualTo(directory.resolve("2026-11-22").resolve(scan));
        assertThat(html.getFileName().toString()).matches("report\\.[0-9a-f]{32}\\.html");
        assertThat(Files.readString(html)).contains("6 rules are violated in 57 places");
        var mapper = JsonMapper.shared();
        assertThat(mapper.readTree((String) row.get("document")))
                .isEqualTo(mapper.readTree(Files.readString(json)));
        assertThat(Verification.of(Files.readString(json)))
                .isInstanceOfSatisfying(
                        Verification.Intact.class,
                        intact -> assertThat(intact.ledger()).matches("scan\\.results-\\d+@\\d+"));
        // Also in the order that the database keeps.
        assertThat(Verification.of(String.valueOf(row.get("document"))))
                .isEqualTo(Verification.of(Files.readString(json)));

        // The event comes back through the projection, which knows nothing else of this scan.
        await().atMost(LONG)
                .until(() ->
                        status(scan)
                                .map(found -> found.get("status"))
                                .equals(Optional.of("completed")));
    }

    @Test
    void aReportIsStoredAndToldWithWhatItAnswers() {
        var scan = newScan();
        var result = SampleResults.rich(scan, "req-" + scan);
        publish(result);

        var told =
                await().atMost(LONG)
                        .until(() -> announcements(scan), found -> !found.isEmpty())
                        .getFirst()
                        .value()
                        .getReport();

        var key = RepeatKey.of(result.getRequest()).orElseThrow();
        assertThat(told.getRepeatKey()).isEqualTo(key);
        assertThat(told.getEngine()).isEqualTo(result.getPage().getEngine());
        assertThat(told.getCompletedAt()).isEqualTo(SampleResults.COMPLETED);
        assertThat(
                        row(
                                "SELECT repeat_key, completed_at FROM reports.report_view WHERE scan_id = ?",
                                scan))
                .hasValueSatisfying(row -> {
                    assertThat(row.get("repeat_key")).isEqualTo(key);
                    assertThat(row.get("completed_at")).isEqualTo(SampleResults.COMPLETED);
                });
    }

    @Test
    void aResultThatComesAgainChangesNothing() throws IOException {
        var scan = newScan();
        var result = SampleResults.rich(scan, "req-1");
        publish(result);
        await().atMost(LONG).until(() -> !announcements(scan).isEmpty());
        var before = report(scan).orElseThrow();
        var written = Files.getLastModifiedTime(Path.of((String) before.get("html_file")));

        publish(result);
        publish(SampleResults.clean(scan, "req-1"));
        var marker = newScan();
        publish(SampleResults.clean(marker, "req-2"));
        await().atMost(LONG).until(() -> !announcements(marker).isEmpty());

        assertThat(announcements(scan)).hasSize(1);
        assertThat(report(scan)).contains(before);
        assertThat(Files.getLastModifiedTime(Path.of((String) before.get("html_file"))))
                .isEqualTo(written);
    }

    @Test
    void aPageThatIsScannedTwiceHasNothingNewAndNothingFixedWhateverComesAgain() {
        String client = "twice-" + newScan();
        var first = ofClient(client, SampleResults.judged(Validity.VALID, 53, newScan(), "req-1"));
        var second =
                ScanResult.newBuilder(
                                ofClient(
                                        client,
                                        SampleResults.judged(
                                                Validity.VALID, 53, newScan(), "req-2")))
                        .setCompletedAt(SampleResults.COMPLETED.plusSeconds(3_600))
                        .build();
        // The later one first, and both again.
        for (var result : List.of(second, first, second, first)) {
            publish(result);
        }
        var marker = newScan();
        publish(SampleResults.clean(marker, "req-3"));
        await().atMost(LONG).until(() -> !announcements(marker).isEmpty());

        assertThat(
                        row(
                                "SELECT previous_scan_id, found, new, newly_observed, persisting, fixed, not_observed, engine_changed FROM reports.comparison_view WHERE scan_id = ?",
                                second.getRequest().getScanId()))
                .contains(
                        Map.of(
                                "previous_scan_id",
                                first.getRequest().getScanId(),
                                "found",
                                20,
                                "new",
                                0,
                                "newly_observed",
                                0,
                                "persisting",
                                20,
                                "fixed",
                                0,
                                "not_observed",
                                0,
                                "engine_changed",
                                0));
        assertThat(
                        row(
                                "SELECT count(*) AS findings, count(DISTINCT (scan_id, fingerprint)) AS names FROM reports.finding_view WHERE client = ?",
                                client))
                .contains(Map.of("findings", 40L, "names", 40L));
    }

    @Test
    void whatACrashCutOffIsMadeUpForWhenTheResultComesAgain() {
        // The crash came after the row and before the event.
        var scan = newScan();
        var written = Instant.parse("2026-11-22T10:15:10Z");
        jdbi.useHandle(handle ->
                handle.execute(
                        "INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at) VALUES (?, '{}', 'h', 'j', ?)",
                        scan,
                        written));
        publish(SampleResults.rich(scan, "req-1"));
        var announced =
                await().atMost(LONG)
                        .until(() -> announcements(scan), found -> !found.isEmpty())
                        .getFirst();
        assertThat(announced.value().getAt()).isEqualTo(written);
        assertThat(report(scan).orElseThrow()).containsEntry("html_file", "h");
    }

    @Test
    void eventsBecomeAStatusAlsoWhenTheyComeTwiceOrLate() {
        var scan = newScan();
        var accepted = accepted(scan, 0, 0);
        var dispatched = event(scan, EventKind.DISPATCHED, 1, 1);
        var retrying = event(scan, EventKind.RETRYING, 1, 2);
        publish(accepted);
        publish(dispatched);
        publish(retrying);
        publish(dispatched);
        publish(accepted);
        awaitProjected();

        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "retrying")
                .containsEntry("attempt", 1)
                .containsEntry("url", "http://shop.example/offers")
                .containsEntry("host", "shop.example")
                .containsEntry("client", "local")
                .containsEntry("standard", "wcag22aa")
                .containsEntry("priority", "high")
                .containsEntry("request_id", "req-1")
                .containsEntry("submitted_at", SampleResults.SUBMITTED)
                .containsEntry("updated_at", at(2))
                .containsEntry("next_attempt_at", at(4))
                .containsEntry(
                        "failure",
                        "{\"type\": \"http_error\", \"message\": \"The page\uFFFDanswered with status 503.\", \"httpStatus\": 503}");

        publish(event(scan, EventKind.DEAD_LETTERED, 1, 5));
        publish(accepted(scan, 1, 60));
        publish(event(scan, EventKind.DEAD_LETTERED, 1, 5));
        awaitProjected();
        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "accepted")
                .containsEntry("failure", null)
                .containsEntry("updated_at", at(60));
    }

    @Test
    void theBatchAndTheScoreStandInTheRowOfTheScanInWhateverOrderTheyAreTold() {
        var scan = newScan();
        publish(SampleResults.judged(Validity.VALID, 53, scan, "req-1"));
        await().atMost(LONG).until(() -> !announcements(scan).isEmpty());
        awaitProjected();
        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "completed")
                .containsEntry("score", 53)
                .containsEntry("client", null)
                .containsEntry("batch_id", null);

        var published = announcements(scan).getFirst().value();
        var accepted = acceptedInBatch(scan, "audit-7");
        publish(accepted);
        publish(published);
        publish(event(scan, EventKind.DISPATCHED, 3, 1));
        publish(accepted);
        publish(published);
        awaitProjected();
        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "completed")
                .containsEntry("score", 53)
                .containsEntry("client", "local")
                .containsEntry("batch_id", "audit-7");
    }

    @Test
    void aSuspectPageHasAReportAndNoScore() {
        var scan = newScan();
        publish(acceptedInBatch(scan, "audit-8"));
        publish(SampleResults.judged(Validity.SUSPECT, null, scan, "req-1"));
        await().atMost(LONG).until(() -> !announcements(scan).isEmpty());
        awaitProjected();

        assertThat(report(scan)).isPresent();
        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "completed")
                .containsEntry("score", null)
                .containsEntry("batch_id", "audit-8");
    }

    @Test
    void anEventOfAnUnknownScanIsKeptWithWhatItTells() {
        var scan = newScan();
        publish(event(scan, EventKind.CANCELLED, 0, 3));
        awaitProjected();
        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "cancelled")
                .containsEntry("request_id", "req-1")
                .containsEntry("url", null)
                .containsEntry("submitted_at", null);
    }

    @Test
    void howFarABatchIsBecomesARow() {
        var batch = newScan();
        publisher.publish(
                Topics.SCAN_EVENTS,
                batch,
                ScanEvent.newBuilder()
                        .setScanId("")
                        .setRequestId("")
                        .setKind(EventKind.BATCH_PROGRESS)
                        .setAt(at(1))
                        .setBatchId(batch)
                        .setBatch(
                                BatchProgress.newBuilder()
                                        .setBatchId(batch)
                                        .setClient("local")
                                        .setAccepted(9)
                                        .setWaiting(1)
                                        .setRunning(2)
                                        .setCompleted(3)
                                        .setDeadLettered(2)
                                        .setCancelled(1)
                                        .build())
                        .build(),
                RequestId.create());
        awaitProjected();

        assertThat(row("SELECT * FROM reports.batch_view WHERE batch_id = ?", batch).orElseThrow())
                .containsEntry("client", "local")
                .containsEntry("accepted", 9L)
                .containsEntry("waiting", 1L)
                .containsEntry("running", 2L)
                .containsEntry("retrying", 0L)
                .containsEntry("completed", 3L)
                .containsEntry("dead_lettered", 2L)
                .containsEntry("cancelled", 1L)
                .containsEntry("told_at", at(1));
        assertThat(status("")).isEmpty();
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aDirectoryThatCannotBeWrittenIsRefusedAtTheStart(CapturedOutput output)
            throws IOException {
        var taken = Files.writeString(directory.resolve("taken"), "a file");
        assertThatThrownBy(() -> startService(taken))
                .hasRootCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(output)
                .contains(
                        "Reports cannot be written to %s (FileAlreadyExistsException)"
                                .formatted(taken))
                .doesNotContain("\tat ");
    }

    @Test
    void hostileTextIsStoredAndShownAndDoesNothing() throws IOException {
        var scan = newScan();
        publish(SampleResults.saying("\"><img src=x onerror=alert(1)>\0 \uD83D", scan, "req-1"));
        await().atMost(LONG).until(() -> !announcements(scan).isEmpty());
        var row = report(scan).orElseThrow();
        assertThat(
                        JsonMapper.shared()
                                .readTree((String) row.get("document"))
                                .get("title")
                                .asString())
                .startsWith("\"><img src=x onerror=alert(1)>\uFFFD ");
        assertThat(Files.readString(Path.of((String) row.get("html_file"))))
                .doesNotContain("<img", "\0")
                .contains("&lt;img src=x onerror=alert(1)&gt;");
    }

    @Test
    void nothingIsLostWhileTheDatabaseIsDown() {
        var scan = newScan();
        database.stop();
        try {
            publish(accepted(scan, 0, 0));
            publish(event(scan, EventKind.DISPATCHED, 3, 1));
            publish(event(scan, EventKind.COMPLETED, 3, 2));
            publish(SampleResults.rich(scan, "req-1"));
            // Long enough for the listeners to fail at least once each.
            await().pollDelay(Duration.ofSeconds(4)).until(() -> announcements(scan).isEmpty());
        } finally {
            database.restart();
        }
        await().atMost(LONG).until(() -> !announcements(scan).isEmpty());
        awaitProjected();
        assertThat(report(scan)).isPresent();
        assertThat(announcements(scan)).hasSize(1);
        assertThat(status(scan).orElseThrow())
                .containsEntry("status", "completed")
                .containsEntry("url", "http://shop.example/offers");
    }

    private static String newScan() {
        return UUID.randomUUID().toString();
    }

    private static ScanResult ofClient(String client, ScanResult result) {
        // The sample names only what fails.
        return ScanResult.newBuilder(
                        FoundResults.with(result, page -> page.setNeedsReview(List.of())))
                .setRequest(ScanRequest.newBuilder(result.getRequest()).setClient(client).build())
                .build();
    }

    private static Instant at(int second) {
        return SampleResults.SUBMITTED.plusSeconds(second);
    }

    private void publish(ScanResult result) {
        var request = result.getRequest();
        publisher.publish(
                Topics.SCAN_RESULTS,
                request.getHost(),
                result,
                RequestId.saneOr(request.getRequestId()));
    }

    private void publish(ScanEvent event) {
        publisher.publish(
                Topics.SCAN_EVENTS,
                event.getScanId(),
                event,
                RequestId.saneOr(event.getRequestId()));
    }

    /**
     * Waits until all events published so far are projected: behind them on every partition goes
     * another.
     */
    private void awaitProjected() {
        var markers = java.util.stream.IntStream.range(0, 200).mapToObj(_ -> newScan()).toList();
        markers.forEach(marker -> publish(event(marker, EventKind.CANCELLED, 0, 0)));
        await().atMost(LONG)
                .until(() -> markers.stream().allMatch(marker -> status(marker).isPresent()));
    }

    private List<ConsumerRecord<String, ScanEvent>> announcements(String scan) {
        return events.received().stream()
                .filter(record -> record.value().getKind() == EventKind.REPORT_PUBLISHED)
                .filter(record -> record.value().getScanId().equals(scan))
                .toList();
    }

    private Optional<Map<String, Object>> report(String scan) {
        return row(
                "SELECT scan_id, document::text AS document, html_file, json_file, published_at FROM reports.report_view WHERE scan_id = ?",
                scan);
    }

    private Optional<Map<String, Object>> status(String scan) {
        return row(
                "SELECT scan_id, request_id, client, url, host, standard, priority, status, attempt, submitted_at, updated_at, next_attempt_at, failure::text AS failure, batch_id, score FROM reports.scan_status_view WHERE scan_id = ?",
                scan);
    }

    private Optional<Map<String, Object>> row(String query, String scan) {
        return jdbi.withHandle(
                        handle -> handle.createQuery(query).bind(0, scan).mapToMap().findOne())
                .map(ReportBuilderTest::withInstants);
    }

    private static Map<String, Object> withInstants(Map<String, Object> row) {
        row.replaceAll(
                (_, value) -> value instanceof java.sql.Timestamp time ? time.toInstant() : value);
        return row;
    }

    private static ScanEvent accepted(String scan, int replays, int second) {
        return ScanEvent.newBuilder(event(scan, EventKind.ACCEPTED, 0, second))
                .setRequest(
                        ScanRequest.newBuilder(SampleResults.request(scan, "req-1"))
                                .setReplays(replays)
                                .setEarlierAttempts(replays)
                                .build())
                .build();
    }

    private static ScanEvent acceptedInBatch(String scan, String batch) {
        var accepted = accepted(scan, 0, 0);
        return ScanEvent.newBuilder(accepted)
                .setRequest(
                        ScanRequest.newBuilder(Objects.requireNonNull(accepted.getRequest()))
                                .setBatchId(batch)
                                .build())
                .build();
    }

    private static ScanEvent event(String scan, EventKind kind, int attempt, int second) {
        boolean failed = kind == EventKind.RETRYING || kind == EventKind.DEAD_LETTERED;
        return ScanEvent.newBuilder()
                .setScanId(scan)
                .setRequestId("req-1")
                .setKind(kind)
                .setAttempt(attempt)
                .setAt(at(second))
                .setFailure(
                        failed
                                ? Failure.newBuilder()
                                        .setType(FailureType.HTTP_ERROR)
                                        .setMessage("The page\0answered with status 503.")
                                        .setHttpStatus(503)
                                        .build()
                                : null)
                .setNextAttemptAt(kind == EventKind.RETRYING ? at(second + 2) : null)
                .build();
    }
}
