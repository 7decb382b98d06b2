package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class SubmittingTest {

    private final RunningGateway gateway;

    SubmittingTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void aScanIsPublishedBeforeItIsAccepted() {
        Instant before = Instant.now();
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Content-Type", "application/json; charset=UTF-8")
                                .header("X-Request-ID", "audit-7:page.1")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                """
                                                {"url": "https://Example.COM/shop?q=1#top", "standard": "wcag21aa",
                                                 "priority": "low",
                                                 "options": {"timeoutMillis": 30000, "viewportWidth": 390,
                                                             "viewportHeight": 844}}
                                                """)));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        JsonNode body = answer.json();
        String id = body.path("id").asString();
        assertThat(answer.header("Location")).isEqualTo("/api/scans/" + id);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("X-Request-ID")).isEqualTo("audit-7:page.1");
        assertThat(body.path("status").asString()).isEqualTo("accepted");
        assertThat(body.path("url").asString()).isEqualTo("https://example.com/shop?q=1#top");
        assertThat(body.path("requestId").asString()).isEqualTo("audit-7:page.1");
        assertThat(body.path("links").path("self").asString()).isEqualTo("/api/scans/" + id);

        ConsumerRecord<String, ScanCommand> record = published(id);
        assertThat(record.key()).isEqualTo("example.com");
        assertThat(record.headers().lastHeader("x-request-id").value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("audit-7:page.1");
        assertThat(record.value().getKind()).isEqualTo(CommandKind.SUBMIT);
        assertThat(record.value().getRequestId()).isEqualTo("audit-7:page.1");
        assertThat(record.value().getIssuedAt()).isBetween(before.minusMillis(1), Instant.now());
        ScanRequest request = Objects.requireNonNull(record.value().getRequest());
        assertThat(request.getScanId()).isEqualTo(id);
        assertThat(request.getRequestId()).isEqualTo("audit-7:page.1");
        assertThat(request.getClient()).isEqualTo("local");
        assertThat(request.getUrl()).isEqualTo("https://example.com/shop?q=1#top");
        assertThat(request.getHost()).isEqualTo("example.com");
        assertThat(request.getStandard()).isEqualTo("wcag21aa");
        assertThat(request.getPriority()).isEqualTo(Priority.LOW);
        assertThat(request.getOptions().getTimeoutMillis()).isEqualTo(30_000);
        assertThat(request.getOptions().getViewportWidth()).isEqualTo(390);
        assertThat(request.getOptions().getViewportHeight()).isEqualTo(844);
        assertThat(request.getSubmittedAt()).isEqualTo(record.value().getIssuedAt());
        assertThat(request.getReplays()).isZero();
        assertThat(request.getEarlierAttempts()).isZero();
    }

    @Test
    void whatIsLeftOutHasItsDefault() {
        String id = accepted("{\"url\": \"http://example.org\"}");

        ScanRequest request = Objects.requireNonNull(published(id).value().getRequest());
        assertThat(request.getUrl()).isEqualTo("http://example.org/");
        assertThat(request.getStandard()).isEqualTo("wcag22aa");
        assertThat(request.getPriority()).isEqualTo(Priority.HIGH);
        assertThat(request.getOptions().getTimeoutMillis()).isEqualTo(60_000);
        assertThat(request.getOptions().getViewportWidth()).isEqualTo(1_280);
        assertThat(request.getOptions().getViewportHeight()).isEqualTo(1_024);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wcag2a",
                "wcag2aa",
                "wcag2aaa",
                "wcag21a",
                "wcag21aa",
                "wcag21aaa",
                "wcag22a",
                "wcag22aa",
                "wcag22aaa",
                "best-practice"
            })
    void everyStandardIsTaken(String standard) {
        String id =
                accepted(
                        "{\"url\": \"https://example.com/\", \"standard\": \"%s\"}"
                                .formatted(standard));

        assertThat(gateway.get("/api/scans/" + id).json().path("standard").asString())
                .isEqualTo(standard);
    }

    @ParameterizedTest
    @CsvSource({"1000, 200, 4096", "120000, 4096, 200"})
    void optionsMayReachTheirBounds(int timeout, int width, int height) {
        accepted(
                """
                {"url": "https://example.com/",
                 "options": {"timeoutMillis": %d, "viewportWidth": %d, "viewportHeight": %d}}
                """
                        .formatted(timeout, width, height));
    }

    @Test
    void anAddressOf2048CharactersIsTaken() {
        String start = "https://example.com/";
        accepted("{\"url\": \"%s\"}".formatted(start + "a".repeat(2_048 - start.length())));
    }

    @Test
    void aBodyOfExactly64KilobytesIsTaken() {
        String json = "{\"url\": \"https://example.com/\"}";
        accepted(json + " ".repeat(64 * 1024 - json.length()));
    }

    @Test
    void idsAreOfVersion7AndSortByTime() throws InterruptedException {
        Instant before = Instant.now();
        String first = accepted("{\"url\": \"https://example.com/\"}");
        // The order holds between milliseconds, not within one.
        Thread.sleep(2);
        String second = accepted("{\"url\": \"https://example.com/\"}");

        UUID id = UUID.fromString(first);
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16)
                .isBetween(before.toEpochMilli(), Instant.now().toEpochMilli());
        assertThat(second).isGreaterThan(first);
    }

    @Test
    void anAcceptedScanCanBeAskedForAtOnce() {
        String id = accepted("{\"url\": \"https://example.com/\", \"priority\": \"low\"}");

        Answer answer = gateway.get("/api/scans/" + id);
        assertThat(answer.status()).isEqualTo(200);
        JsonNode scan = answer.json();
        assertThat(scan.path("id").asString()).isEqualTo(id);
        assertThat(scan.path("status").asString()).isEqualTo("accepted");
        assertThat(scan.path("priority").asString()).isEqualTo("low");
        assertThat(scan.path("attempt").asInt()).isZero();
        assertThat(scan.path("requestId").asString()).isNotBlank();
        assertThat(scan.has("nextAttemptAt")).isFalse();
        assertThat(scan.has("failure")).isFalse();
        assertThat(scan.has("report")).isFalse();
        assertThat(scan.has("reportFiles")).isFalse();
    }

    @Test
    void anAcceptedScanCanBeCancelledAtOnce() {
        String id = accepted("{\"url\": \"https://example.net/\"}");

        Answer answer =
                gateway.send(
                        gateway.request("/api/scans/" + id)
                                .header("X-Request-ID", "stop-it")
                                .DELETE());

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.json().path("id").asString()).isEqualTo(id);
        assertThat(answer.json().path("requestId").asString()).isEqualTo("stop-it");
        ConsumerRecord<String, ScanCommand> record = published(id, CommandKind.CANCEL);
        assertThat(record.key()).isEqualTo("example.net");
        assertThat(record.partition())
                .as("behind the scan's own order")
                .isEqualTo(published(id).partition());
        assertThat(record.value().getRequestId()).isEqualTo("stop-it");
        assertThat(record.value().getRequest()).isNull();
    }

    @Test
    void theServiceIsAliveAndReady() {
        assertThat(gateway.get("/livez").json().path("status").asString()).isEqualTo("UP");
        assertThat(gateway.get("/readyz").json().path("status").asString()).isEqualTo("UP");
    }

    private String accepted(String body) {
        Answer answer = gateway.post("/api/scans", body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().path("id").asString();
    }

    private ConsumerRecord<String, ScanCommand> published(String scanId) {
        return published(scanId, CommandKind.SUBMIT);
    }

    private ConsumerRecord<String, ScanCommand> published(String scanId, CommandKind kind) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SCAN_REQUESTS)) {
            return Awaitility.await()
                    .until(
                            () ->
                                    probe.received().stream()
                                            .filter(record ->
                                                    record.value().getKind() == kind
                                                            && record.value()
                                                                    .getScanId()
                                                                    .equals(scanId))
                                            .toList(),
                            records -> records.size() == 1)
                    .getFirst();
        }
    }
}
