package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.ScanRequest;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A submit that prefers to wait is answered with the end of its scan. */
@ExtendWith(GatewayExtension.class)
final class WaitingTest {

    private final RunningGateway gateway;
    private final PlayedPipeline pipeline;
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();

    WaitingTest(RunningGateway gateway) {
        this.gateway = gateway;
        this.pipeline = new PlayedPipeline(gateway);
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        pipeline.close();
    }

    @Test
    void aScanThatEndsInTimeIsAnsweredWithItsReport() throws Exception {
        Future<Answer> answer = submit(gateway, "waited.example", "wait=60", null);
        ScanRequest scan = pipeline.taken("waited.example");
        assertThat(answer.isDone()).isFalse();
        pipeline.complete(scan);

        Answer ended = answer.get(30, TimeUnit.SECONDS);

        assertThat(ended.status()).as(ended.body()).isEqualTo(200);
        assertThat(ended.header("Preference-Applied")).isEqualTo("wait=60");
        assertThat(ended.header("Content-Type")).startsWith("application/json");
        assertThat(ended.header("X-Request-ID")).isEqualTo(scan.getRequestId());
        assertThat(ended.json().path("status").asString()).isEqualTo("completed");
        assertThat(ended.json().path("report").path("title").asString()).isEqualTo("Büro");
        Answer shown = gateway.get("/api/scans/" + scan.getScanId());
        assertThat(ended.body()).isEqualTo(shown.body());
        assertThat(ended.header("Content-Location")).isEqualTo("/api/scans/" + scan.getScanId());
        assertThat(ended.header("ETag")).isNotNull().isEqualTo(shown.header("ETag"));
    }

    @Test
    void aHeldAnswerComesWholeToWhoReadsBrotli() throws Exception {
        Future<Answer> answer =
                clients.submit(() ->
                        gateway.send(
                                gateway.request("/api/scans")
                                        .timeout(Duration.ofSeconds(90))
                                        .header("Content-Type", "application/json")
                                        .header("Accept-Encoding", "br")
                                        .header("Prefer", "wait=60")
                                        .POST(
                                                HttpRequest.BodyPublishers.ofString(
                                                        "{\"url\": \"https://brotli.example/\"}"))));
        ScanRequest scan = pipeline.taken("brotli.example");
        pipeline.complete(scan);

        Answer ended = answer.get(30, TimeUnit.SECONDS);

        assertThat(ended.header("Content-Encoding")).as("too small to be worth it").isNull();
        assertThat(ended.body()).isEqualTo(gateway.get("/api/scans/" + scan.getScanId()).body());
    }

    @Test
    void anEndThatIsToldBeforeTheViewsShowItIsWaitedForAMomentMore() throws Exception {
        Future<Answer> answer = submit(gateway, "lagging.example", "wait=60", null);
        ScanRequest scan = pipeline.taken("lagging.example");
        pipeline.project(scan, "dispatched");
        pipeline.tell(scan, Instant.now(), PlayedPipeline.ENGINE);
        pipeline.report(scan, Instant.now(), "valid", PlayedPipeline.ENGINE);
        pipeline.project(scan, "completed");

        assertThat(answer.get(30, TimeUnit.SECONDS).json().path("status").asString())
                .isEqualTo("completed");
    }

    @Test
    void aDeadLetterIsAnEndToo() throws Exception {
        Future<Answer> answer = submit(gateway, "dies.example", "wait=60", null);
        pipeline.bury(pipeline.taken("dies.example"));

        Answer ended = answer.get(30, TimeUnit.SECONDS);

        assertThat(ended.status()).isEqualTo(200);
        assertThat(ended.json().path("status").asString()).isEqualTo("dead_lettered");
        assertThat(ended.json().path("failure").path("httpStatus").asInt()).isEqualTo(404);
    }

    @Test
    void whatDoesNotEndInTimeIsAnsweredAsEver() throws Exception {
        Instant before = Instant.now();

        Answer answer =
                submit(gateway, "slow.example", "respond-async, wait=1", null)
                        .get(30, TimeUnit.SECONDS);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=1");
        assertThat(answer.header("Location"))
                .isEqualTo("/api/scans/" + answer.json().path("id").asString());
        assertThat(answer.json().path("status").asString()).isEqualTo("accepted");
        assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void whoComesAgainWithTheSameKeyIsToldOfTheSameScan() throws Exception {
        Answer first =
                submit(gateway, "again.example", "wait=1", "waited-1").get(30, TimeUnit.SECONDS);
        Future<Answer> second = submit(gateway, "again.example", "wait=60", "waited-1");
        ScanRequest scan = pipeline.taken("again.example");
        pipeline.complete(scan);

        assertThat(first.status()).isEqualTo(202);
        assertThat(second.get(30, TimeUnit.SECONDS).json().path("id").asString())
                .isEqualTo(scan.getScanId());
        Answer third =
                submit(gateway, "again.example", "wait=60", "waited-1").get(30, TimeUnit.SECONDS);
        assertThat(third.status()).isEqualTo(200);
        assertThat(third.json().path("id").asString()).isEqualTo(scan.getScanId());
        Answer plain = submit(gateway, "again.example", null, "waited-1").get(30, TimeUnit.SECONDS);
        assertThat(plain.status()).isEqualTo(202);
        assertThat(plain.body()).isEqualTo(first.body());
        assertThat(pipeline.count("again.example")).isEqualTo(1);
    }

    @Test
    void aPreferenceThatCannotBeIsPassedOver() throws Exception {
        Answer answer = submit(gateway, "odd.example", "wait=soon", null).get(30, TimeUnit.SECONDS);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isNull();
    }

    @Test
    void whatIsWrongIsRefusedAtOnce() {
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Content-Type", "application/json")
                                .header("Prefer", "wait=60")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"url\": \"x\"}")));

        answer.problem(400, "invalid-fields");
    }

    @Test
    void whoFindsNoRoomToWaitIsAnsweredAtOnceAndAllWhenTheGatewayStops() throws Exception {
        RunningGateway small =
                gateway.beside(
                        "--stepfree.gateway.waiting.per-client=1",
                        "--stepfree.gateway.waiting.longest=50s");
        try {
            Future<Answer> first = submit(small, "room.example", "wait=600", null);
            var _ = pipeline.taken("room.example");
            Answer second =
                    submit(small, "no-room.example", "wait=60", null).get(30, TimeUnit.SECONDS);

            assertThat(second.status()).isEqualTo(202);
            assertThat(second.header("Preference-Applied")).isNull();
            assertThat(first.isDone()).isFalse();

            small.stopServing();

            Answer left = first.get(30, TimeUnit.SECONDS);
            assertThat(left.status()).isEqualTo(202);
            assertThat(left.header("Preference-Applied")).isEqualTo("wait=50");
        } finally {
            small.stopGateway();
        }
    }

    private Future<Answer> submit(
            RunningGateway at, String host, @Nullable String prefer, @Nullable String key) {
        HttpRequest.Builder request =
                at.request("/api/scans")
                        .timeout(Duration.ofSeconds(90))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"url\": \"https://%s/\"}".formatted(host)));
        if (prefer != null) {
            request.header("Prefer", prefer);
        }
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return clients.submit(() -> at.send(request));
    }
}
