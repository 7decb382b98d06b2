package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.bucket.Bucket;
import io.stepfree.platform.bucket.BucketKeyProperties;
import io.stepfree.platform.bucket.BucketProperties;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestBucket;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.health.Health;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.kafka.Received;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reports.flushing.UnflushedReports;
import io.stepfree.reports.keeping.ReportKeeping;
import io.stepfree.reports.keeping.Retention;
import io.stepfree.reports.keeping.ScanRemoval;
import io.stepfree.reports.publication.ReportMeters;
import io.stepfree.reports.publication.ReportPublication;
import io.stepfree.reports.publication.ReportStore;
import io.stepfree.reports.relook.Relooks;
import io.stepfree.reports.shelf.BucketShelf;
import io.stepfree.reports.shelf.ReportPrint;
import io.stepfree.schemas.ops.HealthState;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
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

/** The whole service with a bucket of S3 in place of a folder. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
final class ReportsInABucketTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path directory;

    private TestKafka kafka;
    private TestDatabase database;
    private TestBucket s3;
    private ConfigurableApplicationContext service;
    private RecordPublisher publisher;
    private Jdbi jdbi;

    @BeforeAll
    void start() {
        kafka = TestKafka.start();
        database = TestDatabase.start();
        s3 = TestBucket.start();
        service = startService(s3.arguments());
        publisher = service.getBean(RecordPublisher.class);
        jdbi = database.jdbi();
    }

    @AfterAll
    void stop() {
        service.close();
        s3.close();
        database.close();
        kafka.close();
    }

    private ConfigurableApplicationContext startService(List<String> more) {
        var arguments = new ArrayList<>(more);
        arguments.add("--stepfree.reports.directory=" + directory.resolve("unused"));
        arguments.add("--stepfree.reports.s3.timeout=1s");
        return ServiceApplication.run(
                "report-builder",
                ReportApplication.class,
                ServiceArguments.of(
                        kafka, TestRegistry.shared(), database, arguments.toArray(String[]::new)));
    }

    @Test
    void aReportLiesInTheBucketAndNothingInTheFolder() {
        String scan = publish("of-the-bucket");
        List<String> places = places(scan);
        assertThat(places)
                .allMatch(place -> place.startsWith("s3://reports-of-tests/reports/" + scan));
        assertThat(s3.keys()).filteredOn(key -> key.contains(scan)).hasSize(4);
        assertThat(directory.resolve("unused")).doesNotExist();
    }

    @Test
    void whatIsOldGoesFromTheBucketWithItsRow() throws IOException {
        String old = publish("of-the-bucket");
        String recent = publish("of-the-bucket");
        Instant longAgo = Instant.now().minus(400, ChronoUnit.DAYS);
        jdbi.useHandle(handle -> {
            handle.execute("DELETE FROM reports.scan_status WHERE scan_id = ?", old);
            handle.execute(
                    "UPDATE reports.report SET published_at = ? WHERE scan_id = ?", longAgo, old);
        });
        try (var keeping =
                new ReportKeeping(
                        jdbi,
                        service.getBean(ScanRemoval.class),
                        new Retention(Duration.ofDays(365), Map.of()),
                        new SimpleMeterRegistry(),
                        InstantSource.system())) {
            keeping.sweep();
        }
        assertThat(places(old)).isEmpty();
        assertThat(s3.keys())
                .noneMatch(key -> key.contains(old))
                .anyMatch(key -> key.contains(recent));
    }

    @Test
    void aReportThatIsOutOfReachKeepsNothingElseFromGoing() throws IOException {
        var old = new ArrayList<String>();
        for (int i = 0; i < 3; i++) {
            old.add(publish("of-the-bucket"));
        }
        String unreached = old.get(1);
        Instant longAgo = Instant.now().minus(400, ChronoUnit.DAYS);
        jdbi.useHandle(handle -> {
            for (String scan : old) {
                handle.execute("DELETE FROM reports.scan_status WHERE scan_id = ?", scan);
                handle.execute(
                        "UPDATE reports.report SET published_at = ? WHERE scan_id = ?",
                        longAgo,
                        scan);
            }
            handle.execute(
                    "UPDATE reports.report SET html_file = 's3://of-before/' || scan_id || '/report.html', json_file = 's3://of-before/' || scan_id || '/report.json' WHERE scan_id = ?",
                    unreached);
            handle.execute(
                    "INSERT INTO reports.erased_scan (scan_id, erasure_id, erased_at) VALUES ('erased-long-ago', 'erasure-of-then', ?)",
                    longAgo);
        });
        try (var keeping =
                new ReportKeeping(
                        jdbi,
                        service.getBean(ScanRemoval.class),
                        new Retention(Duration.ofDays(365), Map.of()),
                        new SimpleMeterRegistry(),
                        InstantSource.system())) {
            assertThatThrownBy(keeping::sweep)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("There is no bucket of-before at ");
            assertThat(places(old.get(0))).isEmpty();
            assertThat(places(old.get(2))).isEmpty();
            assertThat(places(unreached)).isNotEmpty();
            assertThat(
                            count(
                                    "SELECT count(*) FROM reports.erased_scan WHERE scan_id = ?",
                                    "erased-long-ago"))
                    .isZero();
            jdbi.useHandle(handle ->
                    handle.execute(
                            "UPDATE reports.report SET html_file = replace(html_file, 'of-before', 'reports-of-tests'), json_file = replace(json_file, 'of-before', 'reports-of-tests') WHERE scan_id = ?",
                            unreached));
            assertThat(keeping.sweep()).isEqualTo(1);
        }
    }

    @Test
    void whenS3HangsWhatHasNotBegunIsNotBegun() throws Exception {
        var connections = new CopyOnWriteArrayList<Socket>();
        try (var silent = new ServerSocket(0, 2_000, InetAddress.getLoopbackAddress());
                var bucket =
                        Bucket.open(
                                new BucketProperties(
                                        TestBucket.NAME,
                                        URI.create(
                                                "http://127.0.0.1:%d"
                                                        .formatted(silent.getLocalPort())),
                                        "",
                                        "",
                                        true,
                                        Duration.ofMillis(300)),
                                new BucketKeyProperties(TestBucket.KEY, TestBucket.SECRET));
                var publication =
                        new ReportPublication(
                                new BucketShelf(bucket, new ReportPrint(new HtmlPage(), List.of())),
                                new ReportStore(jdbi, new UnflushedReports(UUID.randomUUID())),
                                new Relooks(
                                        jdbi,
                                        0,
                                        publisher,
                                        new SimpleMeterRegistry(),
                                        InstantSource.system()),
                                publisher,
                                new ReportMeters(new SimpleMeterRegistry()),
                                Clock.systemUTC())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            while (true) {
                                connections.add(silent.accept());
                            }
                        } catch (IOException _) {
                            // The test is over.
                        }
                    });
            var results = new ArrayList<Received<ScanResult>>();
            for (int i = 0; i < 100; i++) {
                results.add(
                        new Received<>(
                                SampleResults.rich(UUID.randomUUID().toString(), "req-1"),
                                new ConsumerRecord<>("scan.results", 0, i, null, new byte[0]),
                                new RequestId("req-1"),
                                Instant.now()));
            }
            assertThatThrownBy(() -> publication.handle(results))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not answer for the bucket");
        }
        // Eight reports of two files are begun at once, each put is tried three times.
        assertThat(connections).hasSizeBetween(1, 8 * 2 * 3);
    }

    @Test
    void aClientThatIsErasedIsGoneFromTheBucketAlsoWhatNoRowTellsOf() {
        String erased = publish("erased-client");
        String kept = publish("kept-client");
        s3.put(
                "reports/%s/report.0123456789abcdef0123456789abcdef.html".formatted(erased),
                "stray");
        var order =
                OperatorCommand.newBuilder()
                        .setCommandId(UUID.randomUUID().toString())
                        .setRequestId("req-erase")
                        .setKind(OperatorCommandKind.ERASE_CLIENT)
                        .setClient("erased-client")
                        .setOrderedBy("ada")
                        .setReason("they asked for it")
                        .setOrderedAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .build();
        publisher.publish(
                Topics.OPS_COMMANDS, ErasureOrders.ADDRESSEE, order, new RequestId("req-erase"));
        await().atMost(LONG)
                .until(() ->
                        count(
                                        "SELECT count(*) FROM reports.erasure_view WHERE id = ? AND done_at IS NOT NULL",
                                        order.getCommandId())
                                == 1);
        assertThat(s3.keys())
                .noneMatch(key -> key.contains(erased))
                .anyMatch(key -> key.contains(kept));
    }

    @Test
    void anS3ThatIsDownIsAStateAndTheReportsComeWhenItIsBack(CapturedOutput output) {
        s3.stop();
        String scan;
        try {
            scan = send("of-the-bucket");
            await().atMost(LONG).until(() -> health() == HealthState.DOWN);
            await().atMost(LONG)
                    .until(() ->
                            output.getAll()
                                    .contains(
                                            "report-builder-results could not deal with scan.results"));
            assertThat(output.getAll())
                    .contains("does not answer for the bucket reports-of-tests")
                    .doesNotContain("\tat ");
            assertThat(places(scan)).isEmpty();
        } finally {
            s3.startAgain();
        }
        await().atMost(LONG).until(() -> !places(scan).isEmpty());
        await().atMost(LONG).until(() -> health() == HealthState.UP);
        assertThat(s3.keys()).filteredOn(key -> key.contains(scan)).hasSize(4);
    }

    @Test
    void aBucketThatIsNotThereEndsTheStartInOneSentence(CapturedOutput output) {
        List<String> arguments =
                s3.arguments().stream()
                        .map(argument -> argument.replace(TestBucket.NAME, "not-there"))
                        .toList();
        assertThatThrownBy(() -> startService(arguments).close())
                .rootCause()
                .satisfiesAnyOf(
                        cause -> assertThat(cause).isInstanceOf(CannotStartException.class),
                        cause ->
                                assertThat(cause.getStackTrace())
                                        .as("caused by S3 itself")
                                        .isNotEmpty());
        assertThat(output.getAll())
                .contains("There is no bucket not-there at %s".formatted(s3.endpoint()))
                .contains("set stepfree.reports.s3.bucket to another")
                .doesNotContain("\tat ")
                .doesNotContain(TestBucket.SECRET);
    }

    private HealthState health() {
        return service.getBean(HealthBoard.class).all().stream()
                .filter(component -> component.name().equals("reports-bucket"))
                .map(Health::finding)
                .findFirst()
                .orElseThrow()
                .state();
    }

    private String publish(String client) {
        String scan = send(client);
        await().atMost(LONG).until(() -> !places(scan).isEmpty());
        // It follows by way of the topic: what a test makes of it must not be undone by that.
        await().atMost(LONG)
                .until(() ->
                        count("SELECT count(*) FROM reports.scan_status WHERE scan_id = ?", scan)
                                == 1);
        return scan;
    }

    private String send(String client) {
        String scan = UUID.randomUUID().toString();
        var result = SampleResults.rich(scan, "req-1");
        publisher.publish(
                Topics.SCAN_RESULTS,
                result.getRequest().getHost(),
                ScanResult.newBuilder(result)
                        .setRequest(
                                ScanRequest.newBuilder(result.getRequest())
                                        .setClient(client)
                                        .build())
                        .build(),
                new RequestId("req-1"));
        return scan;
    }

    private List<String> places(String scan) {
        return jdbi.withHandle(handle ->
                handle.createQuery(
                                "SELECT unnest(ARRAY[html_file, json_file]) FROM reports.report WHERE scan_id = ?")
                        .bind(0, scan)
                        .mapTo(String.class)
                        .list());
    }

    private long count(String query, String of) {
        return jdbi.withHandle(
                handle -> handle.createQuery(query).bind(0, of).mapTo(Long.class).one());
    }
}
