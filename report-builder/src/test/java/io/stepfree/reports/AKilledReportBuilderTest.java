package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.receipt.Verification;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The service as a process of its own, killed in the middle of writing reports. */
final class AKilledReportBuilderTest {

    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int RESULTS = 300;
    private static final int KILLS = 2;

    @TempDir Path directory;

    private record Row(String scanId, Path html, Path json) {}

    @Test
    void nothingIsTornOrDoubledAndNoRowIsWithoutItsFiles() throws Exception {
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            String[] arguments =
                    ServiceArguments.of(
                            kafka,
                            TestRegistry.shared(),
                            database,
                            "--stepfree.reports.directory=" + directory.resolve("reports"));
            var jdbi = database.jdbi();
            // Makes the tables and the topics, and says what there is to do.
            Set<String> scans;
            try (var service =
                    ServiceApplication.run("report-builder", ReportApplication.class, arguments)) {
                scans = publish(service);
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                Process process = start(arguments);
                try {
                    int enough = rows(jdbi).size() + RESULTS / 10;
                    await().atMost(LONG)
                            .pollInterval(Duration.ofMillis(10))
                            .until(() -> !process.isAlive() || rows(jdbi).size() >= enough);
                    assertThat(process.isAlive()).as("it runs, see %s", log()).isTrue();
                } finally {
                    process.destroyForcibly().waitFor();
                }
                List<Row> written = rows(jdbi);
                assertThat(written).as("the kill comes in the middle").hasSizeLessThan(RESULTS);
                assertThat(written).allSatisfy(AKilledReportBuilderTest::isWhole);
            }
            cutThePower(jdbi);
            Process process = start(arguments);
            try (var events = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_EVENTS)) {
                await().atMost(LONG).until(() -> announced(events).containsAll(scans));
                // What the power cut took is missing until it is made again.
                await().atMost(LONG)
                        .ignoreExceptionsMatching(e -> e.getCause() instanceof NoSuchFileException)
                        .untilAsserted(() ->
                                assertThat(rows(jdbi))
                                        .allSatisfy(AKilledReportBuilderTest::isWhole));
            } finally {
                process.destroyForcibly().waitFor();
            }
            List<Row> rows = rows(jdbi);
            assertThat(rows).extracting(Row::scanId).containsExactlyInAnyOrderElementsOf(scans);
            assertThat(rows).allSatisfy(AKilledReportBuilderTest::isWhole);
            assertThat(files()).isEqualTo(expected(rows));
        }
    }

    /** Takes what was not flushed of every other report, and tears it of the others. */
    private static void cutThePower(Jdbi jdbi) throws IOException {
        Set<String> unflushed =
                jdbi.withHandle(handle ->
                        handle.createQuery("SELECT unnest(scan_ids) FROM reports.unflushed")
                                .mapTo(String.class)
                                .set());
        var cut = rows(jdbi).stream().filter(row -> unflushed.contains(row.scanId())).toList();
        assertThat(cut).isNotEmpty();
        for (int i = 0; i < cut.size(); i++) {
            if (i % 2 == 0) {
                Files.delete(cut.get(i).html());
                Files.delete(cut.get(i).json());
            } else {
                Files.write(cut.get(i).html(), new byte[0]);
                Files.write(cut.get(i).json(), new byte[0]);
            }
        }
    }

    private static Set<String> publish(ConfigurableApplicationContext service) {
        // Read by the processes only: those that are killed have something to do.
        service.getBean("resultListener", org.springframework.context.Lifecycle.class).stop();
        var publisher = service.getBean(RecordPublisher.class);
        var scans = new HashSet<String>();
        for (int i = 0; i < RESULTS; i++) {
            String scan = UUID.randomUUID().toString();
            scans.add(scan);
            publisher.publish(
                    Topics.SCAN_RESULTS,
                    "shop-%d.example".formatted(i % 50),
                    SampleResults.rich(scan, "req-" + i),
                    new RequestId("req-" + i));
        }
        return scans;
    }

    private Path log() {
        return directory.resolve("service.log");
    }

    private Process start(String[] arguments) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Xmx384m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ReportApplication.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private static List<Row> rows(Jdbi jdbi) {
        return jdbi.withHandle(handle ->
                handle.createQuery("SELECT scan_id, html_file, json_file FROM reports.report")
                        .map((row, _) ->
                                new Row(
                                        row.getString("scan_id"),
                                        Path.of(row.getString("html_file")),
                                        Path.of(row.getString("json_file"))))
                        .list());
    }

    private static Set<String> announced(TopicProbe<ScanEvent> events) {
        return events.received().stream()
                .filter(record -> record.value().getKind() == EventKind.REPORT_PUBLISHED)
                .map(record -> record.value().getScanId())
                .collect(Collectors.toSet());
    }

    private static void isWhole(Row row) throws IOException {
        assertThat(Files.readString(row.html()).strip()).endsWith("</html>");
        assertThat(Verification.of(Files.readString(row.json())))
                .isInstanceOf(Verification.Intact.class);
    }

    /* But for what was being written at a kill: nobody is told of it, and it goes with the report. */
    private Map<String, List<String>> files() throws IOException {
        try (var files = Files.walk(directory.resolve("reports"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.resolve("reports").relativize(file))
                    .filter(file -> file.getNameCount() == 3)
                    .filter(file -> !file.toString().endsWith(".part"))
                    .collect(
                            Collectors.groupingBy(
                                    file -> file.getName(1).toString(),
                                    Collectors.mapping(
                                            file -> file.getName(2).toString(),
                                            Collectors.collectingAndThen(
                                                    Collectors.toList(),
                                                    names -> names.stream().sorted().toList()))));
        }
    }

    private static Map<String, List<String>> expected(List<Row> rows) {
        return rows.stream()
                .collect(
                        Collectors.toMap(
                                Row::scanId,
                                row -> {
                                    String html = String.valueOf(row.html().getFileName());
                                    return List.of(
                                                    html,
                                                    html + ".br",
                                                    html + ".gz",
                                                    String.valueOf(row.json().getFileName()))
                                            .stream()
                                            .sorted()
                                            .toList();
                                }));
    }
}
