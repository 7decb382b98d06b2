package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reports.history.FoundResults;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ReportChanges;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.SealedSecrets;
import io.stepfree.schemas.scan.SiteVisit;
import io.stepfree.schemas.scan.Validity;
import io.stepfree.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What is new on a page is looked at again, once and within bounds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RelookTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Instant MOMENT = Instant.parse("2026-11-22T10:15:10Z");
    private static final int PER_HOUR = 3;

    @TempDir static Path directory;

    private TestKafka kafka;
    private TestDatabase database;
    private ConfigurableApplicationContext service;
    private RecordPublisher publisher;
    private Jdbi jdbi;
    private TopicProbe<ScanEvent> events;
    private TopicProbe<ScanCommand> commands;

    @BeforeAll
    void start() {
        kafka = TestKafka.start();
        TestRegistry registry = TestRegistry.shared();
        database = TestDatabase.start();
        service =
                ServiceApplication.run(
                        "report-builder",
                        ReportApplication.class,
                        ServiceArguments.of(
                                kafka,
                                registry,
                                database,
                                "--stepfree.reports.directory=" + directory,
                                "--stepfree.reports.relooks.per-hour=" + PER_HOUR));
        publisher = service.getBean(RecordPublisher.class);
        jdbi = Jdbi.create(database.url(), database.user(), database.password());
        events = TopicProbe.of(kafka, registry, Topics.SCAN_EVENTS);
        commands = TopicProbe.of(kafka, registry, Topics.SCAN_REQUESTS);
    }

    @AfterAll
    void stop() {
        commands.close();
        events.close();
        service.close();
        database.close();
        kafka.close();
    }

    @Test
    void aPageWithSomethingNewIsLookedAtAgainOnceHoweverOftenItsResultComes() {
        String client = newClient();
        published(scan(client, "old", 0));
        ScanResult second =
                changed(
                        scan(client, "old-and-new", 1, "image"),
                        request ->
                                request.setBatchId("audit-7")
                                        .setSite(
                                                SiteVisit.newBuilder()
                                                        .setSiteId(UUID.randomUUID().toString())
                                                        .setStart("http://shop.example/")
                                                        .build()));
        published(second);
        publish(second);
        // A crash between the order and the mark that it was sent.
        toldAnew(second);

        ScanRequest first = second.getRequest();
        List<ScanCommand> ordered = orders(client);
        assertThat(ordered).hasSize(2).allMatch(order -> order.getKind() == CommandKind.SUBMIT);
        ScanRequest again = Objects.requireNonNull(ordered.getFirst().getRequest());
        assertThat(ordered)
                .extracting(ScanCommand::getRequest)
                .as("the same scan, which begins once")
                .containsOnly(again);
        assertThat(UUID.fromString(again.getScanId()).version()).isEqualTo(7);
        assertThat(ordered).extracting(ScanCommand::getScanId).containsOnly(again.getScanId());
        assertThat(again)
                .isEqualTo(
                        ScanRequest.newBuilder(first)
                                .setScanId(again.getScanId())
                                .setPriority(Priority.LOW)
                                .setBatchId(null)
                                .setSite(null)
                                .build());
    }

    @Test
    void whatWasDecidedIsOrderedAlsoWhenThePageWasSeenAgainBeforeTheOrderCameThrough() {
        String client = newClient();
        published(scan(client, "first", 0));
        ScanResult second = scan(client, "second", 1, "image");
        published(second);
        published(scan(client, "third", 2, "image"));
        // A crash after the row of the look was written, and before it was ordered.
        toldAnew(second);

        assertThat(orders(client)).hasSize(2);
    }

    @Test
    void whatTheSecondLookSeesAgainCountsAndItOrdersNoOther() {
        String client = newClient();
        published(scan(client, "first", 0));
        ScanResult second = scan(client, "second", 1, "image");
        published(second);
        ScanResult again = lookedAtAgain(client, second, 2, "image", "another");
        published(again);

        assertThat(told(again).getOpen()).isEqualTo(1);
        assertThat(told(again).getFresh()).isEqualTo(1);
        assertThat(orders(client)).as("but not because of itself").hasSize(1);
    }

    @Test
    void aSecondLookIsNotToldAsOneThatAnswersARepeat() {
        String client = newClient();
        published(scan(client, "first", 0));
        ScanResult second = scan(client, "second", 1, "image");
        published(second);
        ScanResult again = lookedAtAgain(client, second, 2, "image");
        published(again);
        ScanResult own = changed(scan(client, "own", 3, "image"), RelookTest::low);
        published(own);

        assertThat(repeatKey(again)).isEmpty();
        assertThat(repeatKey(own)).as("a scan of the client like it").isNotEmpty();
        assertThat(repeatKey(second)).isEqualTo(repeatKey(own));
    }

    private String repeatKey(ScanResult result) {
        return Objects.requireNonNull(announcements(result).getFirst().getReport()).getRepeatKey();
    }

    private static void low(ScanRequest.Builder request) {
        request.setPriority(Priority.LOW);
    }

    @Test
    void whatTheSecondLookDoesNotSeeCountsNeverAndIsFixed() {
        String client = newClient();
        published(scan(client, "first", 0));
        ScanResult second = scan(client, "second", 1, "image");
        published(second);
        ScanResult again = lookedAtAgain(client, second, 2);
        published(again);

        assertThat(told(again).getOpen()).isZero();
        assertThat(told(again).getFresh()).isZero();
    }

    @Test
    void nothingIsOrderedWhereNothingGraveIsNewOrASecondLookWouldTellNothing() {
        String client = newClient();
        published(scan(client, "first", 0, "image"));
        published(scan(client, "the-same", 1, "image"));
        published(scan(client, "fixed", 2));
        published(minor(scan(client, "minor", 3, "slight")));
        published(
                FoundResults.with(
                        scan(client, "suspect", 4, "image"),
                        page -> page.setValidity(Validity.SUSPECT)));
        published(
                FoundResults.with(
                        scan(client, "in-part", 5, "image"),
                        page -> page.setValidity(Validity.PARTIAL)));
        published(scan(client, "clean", 6));
        published(
                changed(
                        scan(client, "from-the-dead-letters", 7, "image"),
                        request -> request.setReplays(1).setEarlierAttempts(1)));
        published(changed(scan(client, "with-secrets", 8, "new"), RelookTest::withSecrets));

        assertThat(orders(client)).isEmpty();
    }

    @Test
    void noMoreOfAClientsPagesAreLookedAtAgainThanItsHourAllows() {
        String client = newClient();
        double leftOut = meter("left_out");
        for (int page = 0; page < PER_HOUR + 2; page++) {
            String url = "http://shop.example/page-" + page;
            published(changed(scan(client, "before", 0), request -> request.setUrl(url)));
            published(changed(scan(client, "after", 1, "image"), request -> request.setUrl(url)));
        }
        String other = newClient();
        published(scan(other, "before", 0));
        published(scan(other, "after", 1, "image"));

        assertThat(orders(client)).hasSize(PER_HOUR);
        assertThat(orders(other)).hasSize(1);
        assertThat(meter("left_out") - leftOut).isEqualTo(2);
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.relook SET decided_at = decided_at - interval '61 minutes' WHERE client = ?",
                        client));
        published(scan(client, "before", 0));
        published(scan(client, "after", 1, "image"));
        assertThat(orders(client)).as("an hour later").hasSize(PER_HOUR + 1);
    }

    private static String newClient() {
        return "client-" + UUID.randomUUID();
    }

    /** A look at the page, so many minutes after the first. */
    private static ScanResult scan(String client, String name, int minute, String... fingerprints) {
        String scanId = name + "-" + UUID.randomUUID();
        return changed(
                FoundResults.of(
                        scanId, MOMENT.plus(Duration.ofMinutes(minute)), List.of(fingerprints)),
                request -> request.setClient(client));
    }

    private static ScanResult changed(ScanResult result, Consumer<ScanRequest.Builder> change) {
        var request = ScanRequest.newBuilder(result.getRequest());
        change.accept(request);
        return ScanResult.newBuilder(result).setRequest(request.build()).build();
    }

    private static ScanResult minor(ScanResult result) {
        List<Finding> violations =
                result.getPage().getViolations().stream()
                        .map(finding ->
                                Finding.newBuilder(finding)
                                        .setImpact(Impact.MODERATE)
                                        .setNodes(
                                                finding.getNodes().stream()
                                                        .map(node ->
                                                                FindingNode.newBuilder(node)
                                                                        .setImpact(Impact.MODERATE)
                                                                        .build())
                                                        .toList())
                                        .build())
                        .toList();
        return FoundResults.with(result, page -> page.setViolations(violations));
    }

    private static void withSecrets(ScanRequest.Builder request) {
        request.setOptions(
                ScanOptions.newBuilder(request.getOptions())
                        .setSecrets(
                                SealedSecrets.newBuilder()
                                        .setKey("winter")
                                        .setSealed(ByteBuffer.wrap(new byte[28]))
                                        .build())
                        .build());
    }

    /** The result of the scan that was ordered because of another. */
    private ScanResult lookedAtAgain(
            String client, ScanResult first, int minute, String... fingerprints) {
        await().atMost(LONG).until(() -> orders(client).size() == 1);
        ScanRequest ordered = Objects.requireNonNull(orders(client).getFirst().getRequest());
        assertThat(ordered.getUrl()).isEqualTo(first.getRequest().getUrl());
        return ScanResult.newBuilder(scan(client, "again", minute, fingerprints))
                .setRequest(ordered)
                .build();
    }

    private ReportChanges told(ScanResult result) {
        return Objects.requireNonNull(
                Objects.requireNonNull(announcements(result).getFirst().getReport()).getChanges());
    }

    /** Publishes a result and waits until its report is told. */
    private void published(ScanResult result) {
        publish(result);
        told(result, 1);
    }

    /** Has a result come again of which it was not noted that its report was told. */
    private void toldAnew(ScanResult result) {
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE reports.report SET announced_at = NULL WHERE scan_id = ?",
                        result.getRequest().getScanId()));
        publish(result);
        told(result, 2);
    }

    /**
     * Waits until its report was told so often, and then until that was noted, which is when the
     * broker has all that was ordered.
     */
    private void told(ScanResult result, int times) {
        await().atMost(LONG).until(() -> announcements(result).size() == times);
        await().atMost(LONG)
                .until(() ->
                        jdbi.withHandle(handle ->
                                handle.createQuery(
                                                "SELECT announced_at IS NOT NULL FROM reports.report WHERE scan_id = ?")
                                        .bind(0, result.getRequest().getScanId())
                                        .mapTo(Boolean.class)
                                        .one()));
    }

    private void publish(ScanResult result) {
        ScanRequest request = result.getRequest();
        publisher.publish(
                Topics.SCAN_RESULTS,
                request.getHost(),
                result,
                RequestId.saneOr(request.getRequestId()));
    }

    private List<ScanEvent> announcements(ScanResult result) {
        return events.received().stream()
                .map(record -> record.value())
                .filter(event -> event.getKind() == EventKind.REPORT_PUBLISHED)
                .filter(event -> event.getScanId().equals(result.getRequest().getScanId()))
                .toList();
    }

    /** What was ordered for a client: an order is sent before the report is told. */
    private List<ScanCommand> orders(String client) {
        return commands.received().stream()
                .map(record -> record.value())
                .filter(order ->
                        order.getRequest() != null && order.getRequest().getClient().equals(client))
                .toList();
    }

    private double meter(String outcome) {
        return service.getBean(MeterRegistry.class)
                .get("stepfree.reports.relooks")
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
