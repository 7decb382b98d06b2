package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report of a scan alone, and answers that are not sent twice. */
@ExtendWith(GatewayExtension.class)
final class ResultsTest {

    private final RunningGateway gateway;
    private final PlayedPipeline pipeline;

    ResultsTest(RunningGateway gateway) {
        this.gateway = gateway;
        this.pipeline = new PlayedPipeline(gateway);
    }

    @AfterEach
    void stop() {
        pipeline.close();
    }

    @Test
    void theReportComesAloneAsItWasStored() {
        ScanRequest scan = scan("local");
        pipeline.complete(scan);

        Answer answer = gateway.get(result(scan));

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.json().path("scanId").asString()).isEqualTo(scan.getScanId());
        assertThat(answer.json().path("title").asString()).isEqualTo("Büro");
        assertThat(answer.json())
                .isEqualTo(gateway.get("/api/scans/" + scan.getScanId()).json().path("report"));
        assertThat(answer.header("Cache-Control")).contains("private");
    }

    @Test
    void whatIsKnownIsNotSentAgain() {
        ScanRequest scan = scan("local");
        pipeline.project(scan, "dispatched");
        String path = "/api/scans/" + scan.getScanId();
        String running = tag(gateway.get(path));
        pipeline.complete(scan);

        Answer changed = ifNoneMatch(path, running);
        assertThat(changed.status()).isEqualTo(200);
        String ended = tag(changed);
        assertThat(ended).matches("\"[0-9a-f]{32}\"").isNotEqualTo(running);
        for (String known : new String[] {ended, "W/" + ended, "\"other\", " + ended}) {
            Answer same = ifNoneMatch(path, known);
            assertThat(same.status()).as(known).isEqualTo(304);
            assertThat(same.body()).isEmpty();
            assertThat(same.header("ETag")).isEqualTo(ended);
            assertThat(same.header("Cache-Control")).contains("private");
        }
        String report = tag(gateway.get(result(scan)));
        assertThat(report).matches("\"[0-9a-f]{32}\"").isNotEqualTo(ended);
        assertThat(ifNoneMatch(result(scan), report).status()).isEqualTo(304);
        assertThat(ifNoneMatch(result(scan), ended).status()).isEqualTo(200);
    }

    @Test
    void theTagHoldsAtEveryGateway() {
        ScanRequest scan = scan("local");
        pipeline.complete(scan);
        String tag = gateway.get(result(scan)).header("ETag");

        RunningGateway another = gateway.beside();
        try {
            assertThat(another.get(result(scan)).header("ETag")).isEqualTo(tag);
        } finally {
            another.stopGateway();
        }
    }

    @Test
    void anAnswerThatIsEncodedHasTheTagOfTheSameContentButAWeakOne() throws Exception {
        ScanRequest scan = scan("local");
        pipeline.complete(scan);
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                UPDATE reports.report_view
                                   SET document = document || jsonb_build_object('padding', repeat('a', 5000))
                                 WHERE scan_id = ?
                                """,
                                scan.getScanId()));
        Answer plain = gateway.get(result(scan));

        try (var http = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> gzip =
                    http.send(
                            gateway.request(result(scan)).header("Accept-Encoding", "gzip").build(),
                            HttpResponse.BodyHandlers.ofByteArray());

            assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(gzip.headers().firstValue("ETag")).contains("W/" + plain.header("ETag"));
            try (var decoder = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
                assertThat(new String(decoder.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(plain.body());
            }
            HttpResponse<byte[]> brotli =
                    http.send(
                            gateway.request(result(scan)).header("Accept-Encoding", "br").build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            assertThat(brotli.headers().firstValue("Content-Encoding")).contains("br");
            assertThat(brotli.headers().firstValue("ETag")).contains("W/" + plain.header("ETag"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accepted      | has no result yet: it is accepted",
                "dispatched    | has no result yet: it is dispatched",
                "retrying      | has no result yet: it is retrying",
                "completed     | its report is being written",
                "cancelled     | will have none: it was cancelled",
                "dead_lettered | it failed for good at attempt 1 (http_error: The page answered 404.)"
            })
    void whereThereIsNoReportItIsSaidWhy(String status, String word) {
        ScanRequest scan = scan("local");
        pipeline.project(scan, status);

        assertThat(gateway.get(result(scan)).problem(409, "conflict").path("detail").asString())
                .contains(scan.getScanId(), word);
    }

    @Test
    void oneThatWasJustAcceptedIsKnownBeforeItIsProjected() {
        String id =
                gateway.post("/api/scans", "{\"url\": \"https://just.example/\"}")
                        .json()
                        .path("id")
                        .asString();

        assertThat(
                        gateway.get("/api/scans/%s/result".formatted(id))
                                .problem(409, "conflict")
                                .path("detail")
                                .asString())
                .contains("it is accepted");
    }

    @Test
    void theReportOfAnotherClientDoesNotExist() {
        ScanRequest scan = scan("somebody-else");
        pipeline.report(scan, Instant.now(), "valid", PlayedPipeline.ENGINE);
        pipeline.project(scan, "completed");

        gateway.get(result(scan)).problem(404, "not-found");
        gateway.get("/api/scans/no-id/result").problem(404, "not-found");
        gateway.get("/api/scans/%s/result".formatted(UUID.randomUUID())).problem(404, "not-found");
    }

    private static String result(ScanRequest scan) {
        return "/api/scans/%s/result".formatted(scan.getScanId());
    }

    private static String tag(Answer answer) {
        return Objects.requireNonNull(answer.header("ETag"));
    }

    private Answer ifNoneMatch(String path, String tag) {
        HttpRequest.Builder request = gateway.request(path).header("If-None-Match", tag).GET();
        return gateway.send(request);
    }

    static ScanRequest scan(String client) {
        return ScanRequest.newBuilder()
                .setScanId(UUID.randomUUID().toString())
                .setRequestId("request-1")
                .setClient(client)
                .setUrl("https://results.example/")
                .setHost("results.example")
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(Instant.EPOCH)
                .build();
    }
}
