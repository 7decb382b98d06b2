package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reports.history.FindingMonths;
import io.stepfree.reports.history.FoundResults;
import io.stepfree.reports.keeping.ReportKeeping;
import io.stepfree.reports.keeping.Retention;
import io.stepfree.reports.keeping.ScanRemoval;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.SiteCommand;
import io.stepfree.schemas.scan.SiteCommandKind;
import io.stepfree.schemas.scan.SiteProgress;
import io.stepfree.schemas.scan.SiteSkips;
import io.stepfree.schemas.scan.SiteStop;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What a client had scanned is erased, stays erased, and is gone by itself when it is old. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ErasingClientsTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};
    private static final Map<String, Long> NOTHING =
            Map.of(
                    "sites",
                    0L,
                    "scans",
                    0L,
                    "reports",
                    0L,
                    "batches",
                    0L,
                    "files",
                    0L,
                    "trends",
                    0L,
                    "findings",
                    0L,
                    "missingFindings",
                    0L,
                    "comparisons",
                    0L);

    @TempDir static Path directory;

    private TestKafka kafka;
    private TestDatabase database;
    private ConfigurableApplicationContext service;
    private RecordPublisher publisher;
    private Jdbi jdbi;
    private TopicProbe<ScanEvent> events;
    private TopicProbe<ScanCommand> commands;
    private TopicProbe<SiteCommand> siteCommands;

    @BeforeAll
    void start() {
        kafka = TestKafka.start();
        database = TestDatabase.start();
        service =
                ServiceApplication.run(
                        "report-builder",
                        ReportApplication.class,
                        ServiceArguments.of(
                                kafka,
                                TestRegistry.shared(),
                                database,
                                "--stepfree.reports.directory=" + directory));
        publisher = service.getBean(RecordPublisher.class);
        jdbi = database.jdbi();
        events = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_EVENTS);
        commands = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_REQUESTS);
        siteCommands = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SITE_COMMANDS);
    }

    @AfterAll
    void stop() {
        siteCommands.close();
        commands.close();
        events.close();
        service.close();
        database.close();
        kafka.close();
    }

    @Test
    void everythingOfAClientGoesAndIsCountedAndNothingOfOthers() throws IOException {
        String client = newClient();
        String other = newClient();
        var ended = List.of(newScan(), newScan(), newScan());
        for (String scan : ended) {
            complete(client, scan, null);
        }
        String open = newScan();
        publish(accepted(client, open, client + "/nightly"));
        publish(progress(client, client + "/nightly"));
        String kept = newScan();
        complete(other, kept, null);
        String openSite = newScan();
        String endedSite = newScan();
        String keptSite = newScan();
        publish(site(client, openSite, false));
        publish(site(client, endedSite, true));
        publish(site(other, keptSite, false));
        List.of(openSite, endedSite, keptSite).forEach(this::awaitSite);
        awaitBatch(client + "/nightly");
        awaitStatus(open);
        var places = files(ended.getFirst());
        assertThat(places).allMatch(Files::exists);

        var order = order(client);
        awaitTheNextMoment();
        String later = newScan();
        publish(order);
        awaitDone(order);

        assertThat(erased(order))
                .isEqualTo(
                        Map.of(
                                "sites",
                                2L,
                                "scans",
                                4L,
                                "reports",
                                3L,
                                "files",
                                6L,
                                "trends",
                                3L,
                                "batches",
                                1L,
                                "findings",
                                0L,
                                "missingFindings",
                                0L,
                                "comparisons",
                                3L));
        assertThat(sites(client)).isZero();
        assertThat(sites(other)).isEqualTo(1);
        assertThat(cancelledSites()).contains(openSite).doesNotContain(endedSite, keptSite);
        assertThat(remaining(order)).isEqualTo(NOTHING);
        assertThat(places).noneMatch(Files::exists);
        assertThat(directory.resolve(SampleResults.COMPLETED.toString().substring(0, 10)))
                .isDirectoryNotContaining(
                        folder -> ended.contains(folder.getFileName().toString()));
        assertThat(count("SELECT count(*) FROM reports.scan_status WHERE client = ?", client))
                .isZero();
        assertThat(count("SELECT count(*) FROM reports.report WHERE client = ?", client)).isZero();
        assertThat(status(kept)).isPresent();
        assertThat(files(kept)).hasSize(2).allMatch(Files::exists);
        assertThat(cancelled()).contains(open).doesNotContainAnyElementsOf(ended);
        assertThat(tombstones()).containsAll(ended).contains(open).doesNotContain(kept);

        // What is submitted after the order is another matter.
        complete(client, later, null);
        assertThat(files(later)).allMatch(Files::exists);

        publish(order);
        var nothing = order(other, Instant.EPOCH);
        publish(nothing);
        awaitDone(nothing);
        assertThat(erased(order)).containsEntry("scans", 4L);
        assertThat(erased(nothing)).isEmpty();
        assertThat(status(later)).isPresent();
    }

    @Test
    void whatWasFoundGoesAndWhatLaterScansKnowOfItToo() throws IOException {
        String client = newClient();
        String other = newClient();
        String scan = newScan();
        publish(found(client, scan, List.of("a", "b"), SampleResults.COMPLETED));
        String kept = newScan();
        publish(found(other, kept, List.of("a", "b"), SampleResults.COMPLETED));
        await().atMost(LONG).until(() -> findings(client) == 2 && findings(other) == 2);
        var order = order(client);
        awaitTheNextMoment();
        String later = newScan();
        publish(found(client, later, List.of("a"), SampleResults.COMPLETED.plusSeconds(60)));
        await().atMost(LONG).until(() -> findings(client) == 3);
        assertThat(missing(client)).isEqualTo(1);

        publish(order);
        awaitDone(order);

        assertThat(erased(order))
                .containsEntry("findings", 2L)
                .containsEntry("missingFindings", 1L)
                .containsEntry("comparisons", 1L);
        assertThat(remaining(order)).isEqualTo(NOTHING);
        assertThat(findings(client)).isEqualTo(1);
        assertThat(missing(client)).isZero();
        assertThat(findings(other)).isEqualTo(2);
        // The numbers of the scan that stays are its own.
        assertThat(
                        count(
                                "SELECT fixed FROM reports.comparison WHERE client = ? AND persisting = 1",
                                client))
                .isEqualTo(1);
    }

    /** A later scan had read the erased one, and wrote what it knew after that was gone. */
    @Test
    void whatALaterScanWritesOfAnErasedOneWhileThatGoesDoesNotStay() throws IOException {
        String client = newClient();
        String scan = newScan();
        publish(found(client, scan, List.of("a", "b"), SampleResults.COMPLETED));
        await().atMost(LONG).until(() -> findings(client) == 2);
        var order = order(client);
        awaitTheNextMoment();
        String later = newScan();
        publish(found(client, later, List.of("a"), SampleResults.COMPLETED.plusSeconds(60)));
        await().atMost(LONG).until(() -> missing(client) == 1);
        jdbi.useHandle(handle -> {
            handle.execute("DELETE FROM reports.comparison WHERE scan_id = ?", scan);
            handle.execute("DELETE FROM reports.finding WHERE scan_id = ?", scan);
        });

        publish(order);
        awaitDone(order);

        assertThat(erased(order)).containsEntry("missingFindings", 1L);
        assertThat(remaining(order)).isEqualTo(NOTHING);
        assertThat(missing(client)).isZero();
        assertThat(findings(client)).isEqualTo(1);
    }

    /** What is submitted in the very moment of an order is covered by it. */
    private static void awaitTheNextMoment() {
        Instant moment = now();
        await().pollInterval(Duration.ofMillis(1)).until(() -> now().isAfter(moment));
    }

    private long findings(String client) {
        return count("SELECT count(*) FROM reports.finding WHERE client = ?", client);
    }

    private long missing(String client) {
        return count("SELECT count(*) FROM reports.missing_finding WHERE client = ?", client);
    }

    private static ScanResult found(
            String client, String scan, List<String> fingerprints, Instant completed) {
        return ScanResult.newBuilder(FoundResults.of(scan, completed, fingerprints))
                .setRequest(request(client, scan, null))
                .build();
    }

    @Test
    void whatComesLateStaysErased() throws IOException {
        String client = newClient();
        String known = newScan();
        String unheard = newScan();
        var before = accepted(client, known, client + "/late");
        publish(before);
        awaitStatus(known);
        var late = result(client, unheard);
        var unheardSite = site(client, newScan(), false);
        var lateAcceptance = accepted(client, unheard, null);
        var order = order(client);
        publish(order);
        awaitDone(order);

        publish(event(known, EventKind.DISPATCHED, 1));
        publish(event(known, EventKind.CANCELLED, 1));
        publish(before);
        publish(progress(client, client + "/late"));
        publish(late);
        publish(lateAcceptance);
        publish(unheardSite);
        await().atMost(LONG).until(() -> cancelledSites().contains(unheardSite.getSiteId()));
        assertThat(sites(client)).isZero();
        publish(event(unheard, EventKind.COMPLETED, 1));
        awaitAllProjected();
        await().atMost(LONG).until(() -> cancelled().contains(unheard));
        String marker = newScan();
        complete(newClient(), marker, null);

        assertThat(status(known)).isEmpty();
        assertThat(status(unheard)).isEmpty();
        assertThat(count("SELECT count(*) FROM reports.report WHERE scan_id = ?", unheard))
                .isZero();
        assertThat(count("SELECT count(*) FROM reports.batch_status WHERE client = ?", client))
                .isZero();
        try (var all = Files.walk(directory)) {
            assertThat(all.map(Path::toString)).noneMatch(path -> path.contains(unheard));
        }
        assertThat(tombstones()).contains(known, unheard);

        // The same batch with a scan of after the order is told again.
        String fresh = newScan();
        publish(accepted(client, fresh, client + "/late"));
        awaitStatus(fresh);
        publish(progress(client, client + "/late"));
        awaitBatch(client + "/late");
    }

    @Test
    void aWriterThatHasBegunIsWaitedForAndOneThatBeginsLaterIsRefused() throws Exception {
        String client = newClient();
        String begun = newScan();
        Instant submitted = now();
        var late = result(client, newScan());
        var order = order(client);
        String insert =
                """
                INSERT INTO reports.report (scan_id, document, html_file, json_file, published_at, client, submitted_at)
                VALUES (?, '{}', '/nowhere/report.html', '/nowhere/report.json', now(), ?, ?)
                """;
        try (var writer =
                        DriverManager.getConnection(
                                database.url(), database.user(), database.password());
                var statement = writer.prepareStatement(insert)) {
            writer.setAutoCommit(false);
            statement.setString(1, begun);
            statement.setString(2, client);
            statement.setObject(3, submitted.atOffset(java.time.ZoneOffset.UTC));
            statement.execute();
            publish(order);
            await().atMost(LONG).until(this::somebodyWaitsForALock);

            // Behind the erasure, which it must not overtake.
            publish(late);
            await().atMost(LONG).until(() -> waiting() > 1);
            assertThat(done(order)).isFalse();
            writer.commit();
        }
        awaitDone(order);
        awaitAllProjected();
        complete(newClient(), newScan(), null);

        assertThat(erased(order)).containsEntry("reports", 1L);
        assertThat(count("SELECT count(*) FROM reports.report WHERE client = ?", client)).isZero();
    }

    @Test
    void anErasureThatWasCutOffGoesOnWhereItWas() throws Exception {
        String client = newClient();
        var scans = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            scans.add(newScan());
            complete(client, scans.getLast(), null);
        }
        // The crash came when the files of one were gone and nothing else.
        for (Path file : files(scans.getFirst())) {
            Files.delete(file);
        }
        // And the one before it had left files of which no row tells.
        String stray = newScan();
        Path folder = Files.createDirectories(directory.resolve("2026-11-20").resolve(stray));
        Files.writeString(folder.resolve("report.html.part"), "half of it");
        var order = order(client);
        jdbi.useHandle(handle -> {
            handle.execute(
                    "INSERT INTO reports.erasure (id, client, request_id, ordered_by, reason, ordered_at, erased) VALUES (?, ?, 'r', 'ada', '', ?, '{\"scans\": 7}')",
                    order.getCommandId(),
                    client,
                    order.getOrderedAt());
            handle.execute(
                    "INSERT INTO reports.erased_scan (scan_id, erasure_id) VALUES (?, ?)",
                    stray,
                    order.getCommandId());
        });
        publish(order);
        awaitDone(order);

        assertThat(erased(order))
                .isEqualTo(
                        Map.of(
                                "scans",
                                10L,
                                "reports",
                                3L,
                                "files",
                                7L,
                                "trends",
                                3L,
                                "findings",
                                0L,
                                "missingFindings",
                                0L,
                                "comparisons",
                                3L));
        assertThat(remaining(order)).isEqualTo(NOTHING);
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatIsOldGoesByItselfWithItsFiles() throws IOException, SQLException {
        String client = newClient();
        String old = newScan();
        String replayed = newScan();
        String recent = newScan();
        String open = newScan();
        for (String scan : List.of(old, replayed, recent)) {
            complete(client, scan, null);
        }
        publish(accepted(client, open, null));
        awaitStatus(open);
        Instant longAgo = now().minus(400, ChronoUnit.DAYS);
        jdbi.useHandle(handle -> {
            handle.execute(
                    "UPDATE reports.scan_status SET submitted_at = ?, updated_at = ? WHERE scan_id IN (?, ?)",
                    longAgo,
                    longAgo,
                    old,
                    open);
            handle.execute(
                    "UPDATE reports.scan_status SET submitted_at = ? WHERE scan_id = ?",
                    longAgo,
                    replayed);
        });
        var gone = files(old);
        var meters = new SimpleMeterRegistry();
        try (var keeping =
                new ReportKeeping(
                        jdbi,
                        service.getBean(ScanRemoval.class),
                        new Retention(Duration.ofDays(365), Map.of()),
                        meters,
                        InstantSource.system())) {
            assertThat(keeping.sweep()).isEqualTo(1);
            assertThat(keeping.sweep()).isZero();
        }
        assertThat(meters.counter("stepfree.reports.expired").count()).isEqualTo(1);
        assertThat(gone).noneMatch(Files::exists);
        assertThat(status(old)).isEmpty();
        assertThat(List.of(replayed, recent, open)).allMatch(scan -> status(scan).isPresent());
        assertThat(files(recent)).allMatch(Files::exists);
    }

    @Test
    void aClientMayKeepItsScansForLongerThanOthersOrForLess() throws IOException {
        Instant old = now().minus(100, ChronoUnit.DAYS);
        var clients = new ArrayList<String>();
        var scans = new ArrayList<String>();
        for (String name : List.of("short", "common", "long")) {
            String client = name + "-" + UUID.randomUUID();
            String scan = newScan();
            complete(client, scan, null);
            clients.add(client);
            scans.add(scan);
        }
        new FindingMonths(jdbi).make(old);
        jdbi.useHandle(handle -> {
            for (String scan : scans) {
                handle.execute(
                        "UPDATE reports.scan_status SET submitted_at = ?, updated_at = ? WHERE scan_id = ?",
                        old,
                        old,
                        scan);
                handle.execute(
                        "UPDATE reports.comparison SET completed_at = ? WHERE scan_id = ?",
                        old,
                        scan);
                handle.execute(
                        """
                        INSERT INTO reports.finding (scan_id, place, completed_at, submitted_at, client, host, url, rule,
                               criteria, impact, kind, target, html)
                        SELECT scan_id, 0, completed_at, submitted_at, client, 'a.example', 'http://a.example/', 'r',
                               '{}', 'minor', 'violation', '{}', ''
                          FROM reports.comparison
                         WHERE scan_id = ?
                        """,
                        scan);
            }
        });
        var retention =
                new Retention(
                        Duration.ofDays(200),
                        Map.of(
                                clients.get(0),
                                Duration.ofDays(30),
                                clients.get(2),
                                Duration.ofDays(1_000)));

        try (var keeping =
                new ReportKeeping(
                        jdbi,
                        service.getBean(ScanRemoval.class),
                        retention,
                        new SimpleMeterRegistry(),
                        InstantSource.system())) {
            assertThat(keeping.sweep()).isEqualTo(1);
            assertThat(left(scans.get(0))).containsOnly(0L);
            assertThat(left(scans.get(1))).doesNotContain(0L);
            assertThat(keeping.sweep()).isZero();
        }
        // Another hundred and fifty days later.
        try (var keeping =
                new ReportKeeping(
                        jdbi,
                        service.getBean(ScanRemoval.class),
                        retention,
                        new SimpleMeterRegistry(),
                        () -> now().plus(150, ChronoUnit.DAYS))) {
            assertThat(keeping.sweep()).isPositive();
            assertThat(left(scans.get(1))).containsOnly(0L);
            assertThat(left(scans.get(2))).doesNotContain(0L);
        }
    }

    /** The scan, its report, what was found and what came of comparing it. */
    private List<Long> left(String scan) {
        return Stream.of("scan_status", "report", "finding", "comparison")
                .map(table ->
                        jdbi.withHandle(handle ->
                                handle.select(
                                                "SELECT count(*) FROM reports.%s WHERE scan_id = ?"
                                                        .formatted(table),
                                                scan)
                                        .mapTo(Long.class)
                                        .one()))
                .toList();
    }

    @Test
    void sitesThatHaveEndedLongAgoGoAndOpenOnesStay() throws IOException {
        String client = newClient();
        String ended = site(client, true, now().minus(366, ChronoUnit.DAYS));
        String recent = site(client, true, now().minus(364, ChronoUnit.DAYS));
        String open = site(client, false, now().minus(366, ChronoUnit.DAYS));
        var meters = new SimpleMeterRegistry();

        try (var keeping =
                new ReportKeeping(
                        jdbi,
                        service.getBean(ScanRemoval.class),
                        new Retention(Duration.ofDays(365), Map.of()),
                        meters,
                        InstantSource.system())) {
            assertThat(keeping.sweep()).isEqualTo(1);
        }

        assertThat(meters.counter("stepfree.reports.expired").count()).isEqualTo(1);
        List<String> left =
                jdbi.withHandle(handle ->
                        handle.select(
                                        "SELECT site_id FROM reports.site_status WHERE client = ?",
                                        client)
                                .mapTo(String.class)
                                .list());
        assertThat(left).containsExactlyInAnyOrder(recent, open).doesNotContain(ended);
    }

    private String site(String client, boolean ended, Instant toldAt) {
        String id = UUID.randomUUID().toString();
        publisher.publish(
                Topics.SITE_EVENTS,
                id,
                SiteProgress.newBuilder()
                        .setSiteId(id)
                        .setClient(client)
                        .setBatchId("site-" + id)
                        .setRequestId("req-1")
                        .setStart("https://example.com/")
                        .setPages(5)
                        .setSubmittedAt(toldAt)
                        .setAt(toldAt)
                        .setEnded(ended)
                        .setSkipped(SiteSkips.newBuilder().build())
                        .setProblems(List.of())
                        .build(),
                new RequestId("req-1"));
        await().atMost(LONG)
                .until(() ->
                        jdbi.withHandle(handle ->
                                handle.select(
                                                "SELECT count(*) FROM reports.site_status WHERE site_id = ?",
                                                id)
                                        .mapTo(Integer.class)
                                        .one())
                                == 1);
        return id;
    }

    private void complete(String client, String scan, @Nullable String batch) {
        publish(accepted(client, scan, batch));
        publish(result(client, scan));
        await().atMost(LONG).until(() -> status(scan).filter("completed"::equals).isPresent());
    }

    private static ScanRequest request(String client, String scan, @Nullable String batch) {
        return ScanRequest.newBuilder(SampleResults.request(scan, "req-1"))
                .setClient(client)
                .setBatchId(batch)
                .setSubmittedAt(now())
                .build();
    }

    private static ScanResult result(String client, String scan) {
        return ScanResult.newBuilder(SampleResults.clean(scan, "req-1"))
                .setRequest(request(client, scan, null))
                .build();
    }

    private static ScanEvent accepted(String client, String scan, @Nullable String batch) {
        return ScanEvent.newBuilder(event(scan, EventKind.ACCEPTED, 0))
                .setRequest(request(client, scan, batch))
                .build();
    }

    private static ScanEvent event(String scan, EventKind kind, int attempt) {
        return ScanEvent.newBuilder()
                .setScanId(scan)
                .setRequestId("req-1")
                .setKind(kind)
                .setAttempt(attempt)
                .setAt(now())
                .build();
    }

    private static ScanEvent progress(String client, String batch) {
        return ScanEvent.newBuilder()
                .setScanId("")
                .setRequestId("")
                .setKind(EventKind.BATCH_PROGRESS)
                .setAt(now())
                .setBatchId(batch)
                .setBatch(
                        BatchProgress.newBuilder()
                                .setBatchId(batch)
                                .setClient(client)
                                .setAccepted(1)
                                .setRunning(1)
                                .build())
                .build();
    }

    private static OperatorCommand order(String client) {
        return order(client, now());
    }

    private static OperatorCommand order(String client, Instant at) {
        return OperatorCommand.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setRequestId("req-erase")
                .setKind(OperatorCommandKind.ERASE_CLIENT)
                .setClient(client)
                .setOrderedBy("ada")
                .setReason("they asked for it")
                .setOrderedAt(at)
                .build();
    }

    private void publish(ScanEvent event) {
        String key = event.getScanId().isEmpty() ? event.getBatchId() : event.getScanId();
        publisher.publish(Topics.SCAN_EVENTS, key, event, new RequestId("req-1"));
    }

    private void publish(ScanResult result) {
        publisher.publish(
                Topics.SCAN_RESULTS, result.getRequest().getHost(), result, new RequestId("req-1"));
    }

    private void publish(OperatorCommand order) {
        publisher.publish(
                Topics.OPS_COMMANDS, ErasureOrders.ADDRESSEE, order, new RequestId("req-erase"));
    }

    private void awaitAllProjected() {
        var markers = java.util.stream.IntStream.range(0, 200).mapToObj(_ -> newScan()).toList();
        markers.forEach(marker -> publish(event(marker, EventKind.CANCELLED, 0)));
        await().atMost(LONG)
                .until(() -> markers.stream().allMatch(marker -> status(marker).isPresent()));
    }

    private static SiteProgress site(String client, String site, boolean ended) {
        return SiteProgress.newBuilder()
                .setSiteId(site)
                .setClient(client)
                .setBatchId(client + "/site-" + site)
                .setRequestId("req-1")
                .setStart("https://example.org/")
                .setSubmittedAt(now())
                .setAt(now())
                .setSkipped(SiteSkips.newBuilder().build())
                .setStopped(ended ? SiteStop.COMPLETE : null)
                .setEnded(ended)
                .setProblems(List.of())
                .build();
    }

    private void publish(SiteProgress told) {
        publisher.publish(Topics.SITE_EVENTS, told.getSiteId(), told, new RequestId("req-1"));
    }

    private void awaitSite(String site) {
        await().atMost(LONG)
                .until(() ->
                        count("SELECT count(*) FROM reports.site_status WHERE site_id = ?", site)
                                == 1);
    }

    private long sites(String client) {
        return count("SELECT count(*) FROM reports.site_status WHERE client = ?", client);
    }

    private List<String> cancelledSites() {
        return siteCommands.values().stream()
                .filter(command -> command.getKind() == SiteCommandKind.CANCEL)
                .map(SiteCommand::getSiteId)
                .toList();
    }

    private void awaitStatus(String scan) {
        await().atMost(LONG).until(() -> status(scan).isPresent());
    }

    private void awaitBatch(String batch) {
        await().atMost(LONG)
                .until(() ->
                        count("SELECT count(*) FROM reports.batch_status WHERE batch_id = ?", batch)
                                == 1);
    }

    private void awaitDone(OperatorCommand order) {
        await().atMost(LONG).until(() -> done(order));
    }

    private boolean done(OperatorCommand order) {
        return count(
                        "SELECT count(*) FROM reports.erasure_view WHERE id = ? AND done_at IS NOT NULL",
                        order.getCommandId())
                == 1;
    }

    private Map<String, Long> erased(OperatorCommand order) {
        return counts("SELECT erased::text FROM reports.erasure_view WHERE id = ?", order);
    }

    private Map<String, Long> remaining(OperatorCommand order) {
        return counts("SELECT remaining::text FROM reports.erasure_view WHERE id = ?", order);
    }

    private Map<String, Long> counts(String query, OperatorCommand order) {
        String json =
                jdbi.withHandle(handle ->
                        handle.createQuery(query)
                                .bind(0, order.getCommandId())
                                .mapTo(String.class)
                                .one());
        return JsonMapper.shared().readValue(json, COUNTS);
    }

    private boolean somebodyWaitsForALock() {
        return waiting() > 0;
    }

    private long waiting() {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
                        .mapTo(Long.class)
                        .one());
    }

    private long count(String query, String of) {
        return jdbi.withHandle(
                handle -> handle.createQuery(query).bind(0, of).mapTo(Long.class).one());
    }

    private Optional<String> status(String scan) {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT status FROM reports.scan_status WHERE scan_id = ?")
                        .bind(0, scan)
                        .mapTo(String.class)
                        .findOne());
    }

    private List<Path> files(String scan) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "SELECT unnest(ARRAY[html_file, json_file]) FROM reports.report WHERE scan_id = ?")
                        .bind(0, scan)
                        .map((row, _) -> Path.of(row.getString(1)))
                        .list());
    }

    private List<String> cancelled() {
        return commands.values().stream()
                .filter(command -> command.getKind() == CommandKind.CANCEL)
                .map(ScanCommand::getScanId)
                .toList();
    }

    private List<String> tombstones() {
        return events.received().stream()
                .filter(record -> record.value() == null)
                .map(ConsumerRecord::key)
                .toList();
    }

    private static String newClient() {
        return "client-" + UUID.randomUUID();
    }

    private static String newScan() {
        return UUID.randomUUID().toString();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
