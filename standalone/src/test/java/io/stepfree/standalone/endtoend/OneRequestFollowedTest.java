package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Machine;
import io.stepfree.standalone.machine.MachineSettings;
import io.stepfree.standalone.machine.RunFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends HTTP requests into a whole machine and follows each by its request id through every topic
 * to its end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OneRequestFollowedTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TargetSite site;
    private Machine machine;
    private Api api;
    private Path home;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        home = folder.resolve("home");
        site = new TargetSite();
        machine =
                Machine.on(
                        MachineSettings.onFreePorts(
                                new Home(home), folder.resolve("reports"), List.of(site.target())));
        machine.start();
        api = new Api(machine.gateway(), new Home(home).key().orElseThrow());
        assertThat(TestKafka.answeringCluster(machine.kafka()))
                .as("the cluster that answers is the one formatted in our folder")
                .isEqualTo(formattedCluster());
    }

    @AfterAll
    void stop() {
        api.close();
        machine.close();
        site.close();
    }

    @Test
    void theNoteNamesEveryChildThatTheNextStartWouldHaveToEnd() {
        assertThat(RunFile.read(new Home(home)).orElseThrow().children())
                .containsOnlyKeys("kafka", "postgres", "registry")
                .allSatisfy((name, id) ->
                        assertThat(ProcessHandle.of(id).map(ProcessHandle::isAlive))
                                .as(name)
                                .contains(true));
    }

    @Test
    void aPageGoesInAndItsReportComesOut() throws Exception {
        String requestId = "followed-1";
        HttpResponse<String> answer = api.submit(site.url("/one"), requestId);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue(RequestId.HTTP_HEADER)).contains(requestId);
        String location = answer.headers().firstValue("Location").orElseThrow();
        String id = location.substring(location.lastIndexOf('/') + 1);
        await().atMost(PATIENCE).until(() -> api.scan(id).has("report"));

        ScanCommand command =
                carried(Topics.SCAN_REQUESTS, requestId, value -> value.getScanId().equals(id));
        assertThat(command.getRequest().getUrl()).isEqualTo(site.url("/one"));
        ScanJob job =
                carried(
                        Topics.SCAN_JOBS,
                        requestId,
                        value -> value.getRequest().getScanId().equals(id));
        assertThat(job.getAttempt()).isEqualTo(1);
        ScanAttempt attempt =
                carried(Topics.SCAN_ATTEMPTS, requestId, value -> value.getScanId().equals(id));
        assertThat(attempt.getFailure()).isNull();
        ScanResult result =
                carried(
                        Topics.SCAN_RESULTS,
                        requestId,
                        value -> value.getRequest().getScanId().equals(id));
        assertThat(result.getPage().getViolations())
                .extracting(finding -> finding.getRule())
                .containsExactly("image-alt");
        assertThat(eventsOf(id, requestId))
                .containsExactly(
                        EventKind.ACCEPTED,
                        EventKind.DISPATCHED,
                        EventKind.COMPLETED,
                        EventKind.REPORT_PUBLISHED);

        JsonNode scan = api.scan(id);
        assertThat(scan.path("status").asString()).isEqualTo("completed");
        assertThat(scan.path("report").path("requestId").asString()).isEqualTo(requestId);
        assertThat(Files.readString(Path.of(scan.path("reportFiles").path("html").asString())))
                .contains(requestId)
                .contains("image-alt");
        assertThat(
                        Files.readAllLines(home.resolve("logs/stepfree.log")).stream()
                                .filter(line -> line.contains(id))
                                .toList())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(requestId));
    }

    @Test
    void aPageThatIsNotThereBecomesADeadLetterAndCanBeReplayed() {
        String requestId = "followed-2";
        String id = api.accepted(site.url("/missing"), requestId);
        await().atMost(PATIENCE).until(() -> api.status(id).equals("dead_lettered"));
        DeadLetter letter =
                carried(
                        Topics.SCAN_DEAD_LETTERS,
                        requestId,
                        value -> value.getRequest().getScanId().equals(id));
        assertThat(letter.getFailures()).hasSize(1);
        assertThat(letter.getFailures().getFirst().getFailure().getHttpStatus()).isEqualTo(404);

        await().atMost(PATIENCE)
                .until(() ->
                        api.post("/admin/dlq/retry/" + id, "{}", "followed-order").statusCode()
                                == 202);
        OperatorCommand order =
                carried(
                        Topics.OPS_COMMANDS,
                        "followed-order",
                        value -> id.equals(value.getScanId()));
        assertThat(order.getCommandId()).isNotBlank();
        ScanCommand replay =
                carried(
                        Topics.SCAN_REQUESTS,
                        requestId,
                        value ->
                                value.getScanId().equals(id)
                                        && value.getRequest().getReplays() == 1);
        assertThat(replay.getRequest().getEarlierAttempts()).isEqualTo(1);
        DeadLetter second =
                carried(
                        Topics.SCAN_DEAD_LETTERS,
                        requestId,
                        value ->
                                value.getRequest().getScanId().equals(id)
                                        && value.getRequest().getReplays() == 1);
        assertThat(second.getFailures().getFirst().getAttempt()).isEqualTo(2);
        assertThat(site.visits("/missing")).isEqualTo(2);
    }

    @Test
    void whatIsNewIsLookedAtAgainUnaskedAndRaisesAnAlertUnlessItFlickers() {
        scanned("/flickers");
        assertThat(secondLook(scanned("/flickers")).toString())
                .contains("\"confirmed\":0,\"flickering\":1,\"unknown\":0");
        scanned("/worsens");
        String worse = scanned("/worsens");
        JsonNode confirmed = secondLook(worse);
        assertThat(confirmed.toString()).contains("\"confirmed\":1,\"flickering\":0,\"unknown\":0");

        assertThat(site.visits("/flickers")).isEqualTo(3);
        assertThat(site.visits("/worsens")).isEqualTo(3);
        JsonNode again = api.scan(confirmed.path("scan").asString());
        assertThat(again.path("secondLookOf").asString()).isEqualTo(worse);
        assertThat(again.path("priority").asString()).isEqualTo("low");
        assertThat(api.get("/api/scans?limit=500").body())
                .contains(worse)
                .doesNotContain(again.path("id").asString());
        try (var alerts = TopicProbe.of(machine.kafka(), machine.registry(), Topics.OPS_ALERTS)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(alerts.values())
                                    .filteredOn(alert -> alert.getKey().equals("pages-worse"))
                                    .singleElement()
                                    .satisfies(alert -> assertThat(alert.getValue()).isEqualTo(1)));
        }
    }

    /** A scan of this page that has its report. */
    private String scanned(String path) {
        String id = api.accepted(site.url(path), "looked-at-again");
        await().atMost(PATIENCE).until(() -> api.scan(id).has("report"));
        return id;
    }

    /** What became of what was new at a scan, once it was looked at again. */
    private JsonNode secondLook(String id) {
        return await().atMost(PATIENCE)
                .until(
                        () ->
                                JsonMapper.shared()
                                        .readTree(api.get("/api/scans/" + id + "/changes").body())
                                        .path("secondLook"),
                        look -> look.path("state").asString("").equals("seen"));
    }

    @Test
    void aPrivateAddressThatIsNotAllowedIsRefusedAndNothingIsPublished() {
        HttpResponse<String> answer = api.submit("http://127.0.0.1:1/", "followed-3");

        assertThat(answer.statusCode()).isBetween(400, 499);
        assertThat(answer.body()).contains("/url");
        try (var probe = TopicProbe.of(machine.kafka(), machine.registry(), Topics.SCAN_REQUESTS)) {
            assertThat(probe.values())
                    .noneMatch(command -> command.getRequestId().equals("followed-3"));
        }
    }

    /** Waits for the record that fits, and makes sure that it carries the request id. */
    private <T extends SpecificRecord> T carried(
            Topic<T> topic, String requestId, Predicate<T> wanted) {
        try (var probe = TopicProbe.of(machine.kafka(), machine.registry(), topic)) {
            ConsumerRecord<String, T> record =
                    await().atMost(PATIENCE)
                            .until(
                                    () ->
                                            probe.received().stream()
                                                    .filter(it -> wanted.test(it.value()))
                                                    .findFirst(),
                                    java.util.Optional::isPresent)
                            .orElseThrow();
            assertCarries(record, requestId);
            return record.value();
        }
    }

    private static void assertCarries(ConsumerRecord<String, ?> record, String requestId) {
        assertThat(RequestId.from(record.headers()).map(RequestId::value))
                .as("the request id on %s of %s", record.topic(), record.value())
                .contains(requestId);
    }

    /** All that is told about a scan up to its report; makes sure that each carries the id. */
    private List<EventKind> eventsOf(String id, String requestId) {
        try (var probe = TopicProbe.of(machine.kafka(), machine.registry(), Topics.SCAN_EVENTS)) {
            await().atMost(PATIENCE)
                    .until(() ->
                            probe.values().stream()
                                    .anyMatch(event ->
                                            event.getScanId().equals(id)
                                                    && event.getKind()
                                                            == EventKind.REPORT_PUBLISHED));
            List<ConsumerRecord<String, ScanEvent>> events =
                    probe.received().stream()
                            .filter(record -> record.value().getScanId().equals(id))
                            .toList();
            assertThat(events)
                    .allSatisfy(record -> assertCarries(record, requestId))
                    .allSatisfy(record ->
                            assertThat(record.value().getRequestId()).isEqualTo(requestId));
            return events.stream().map(record -> record.value().getKind()).toList();
        }
    }

    private String formattedCluster() throws Exception {
        try (var files = Files.walk(home.resolve("kafka"))) {
            Path meta =
                    files.filter(file -> file.endsWith("meta.properties"))
                            .findFirst()
                            .orElseThrow();
            return Files.readAllLines(meta).stream()
                    .filter(line -> line.startsWith("cluster.id="))
                    .findFirst()
                    .orElseThrow()
                    .substring("cluster.id=".length());
        }
    }
}
