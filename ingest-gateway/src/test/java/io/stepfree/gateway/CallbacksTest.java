package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.stepfree.gateway.deliveries.Receiver;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.BatchProgress;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients are told of ends, over two gateways on a real broker and a real database. */
final class CallbacksTest {

    private static final String SECRET = "/api/webhooks/secret";
    private static final String DELIVERIES = "/api/webhooks/deliveries";
    private static final String HERE = "127.0.0.1";
    private static final String[] SETTINGS = {
        "--stepfree.secrets.keys.test=" + RunningGateway.SECRETS_KEY,
        "--stepfree.targets.allow=127.0.0.1,127.0.0.2",
        "--stepfree.gateway.callbacks.timeout=20s",
        "--stepfree.gateway.callbacks.delay=20ms",
        "--stepfree.gateway.callbacks.longest-delay=100ms",
        "--stepfree.gateway.callbacks.attempts=3",
        "--stepfree.gateway.callbacks.at-once=4",
        "--stepfree.gateway.callbacks.per-client=2",
        "--stepfree.gateway.callbacks.poll=100ms"
    };

    private static RunningGateway first;
    private static RunningGateway second;

    /** A new one for each test, with a secret. */
    private String client = "";

    private String secret = "";

    @BeforeAll
    static void start() {
        TestKafka kafka = TestKafka.start();
        TestDatabase database = RunningGateway.database();
        first = RunningGateway.limited(kafka, database, SETTINGS);
        second = RunningGateway.limited(kafka, database, SETTINGS);
    }

    @AfterAll
    static void stop() {
        second.stopGateway();
        first.close();
    }

    @BeforeEach
    void begin() {
        client = "c-" + UUID.randomUUID();
        secret = newSecret();
    }

    @Test
    void aCompletedScanIsToldOnceSignedAndWithItsStatus() throws Exception {
        try (var receiver = Receiver.answering(HERE, _ -> 200)) {
            String scan = submitted(receiver.url());
            project(scan, "completed", 61);
            told(scan, EventKind.COMPLETED, 1);
            told(scan, EventKind.REPORT_PUBLISHED, 1);
            told(scan, EventKind.REPORT_PUBLISHED, 1);

            Receiver.Request request = only(receiver);

            verify(secret, request);
            assertThat(request.id()).startsWith("msg_");
            JsonNode body = JsonMapper.shared().readTree(request.body());
            assertThat(body.path("type").asString()).isEqualTo("scan.completed");
            assertThat(Instant.parse(body.path("timestamp").asString()))
                    .isAfter(Instant.now().minusSeconds(120));
            JsonNode data = body.path("data");
            assertThat(data.path("id").asString()).isEqualTo(scan);
            assertThat(data.path("status").asString()).isEqualTo("completed");
            assertThat(data.path("score").asInt()).isEqualTo(61);
            assertThat(data.path("url").asString()).isEqualTo("https://example.com/");
            assertThat(data.at("/links/self").asString()).isEqualTo("/api/scans/" + scan);
            assertThat(data.has("report")).isFalse();
            JsonNode delivery = delivery(request.id(), "delivered");
            assertThat(delivery.path("attempts").asInt()).isEqualTo(1);
            assertThat(delivery.path("lastStatus").asInt()).isEqualTo(200);
            assertThat(delivery.path("subject").asString()).isEqualTo(scan);
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    void deadAndCancelledScansAreToldAlsoWhenNobodyProjectsThem() throws Exception {
        try (var receiver = Receiver.answering(HERE, _ -> 204)) {
            String dead = submitted(receiver.url());
            project(dead, "dead_lettered", null);
            told(dead, EventKind.DEAD_LETTERED, 4);
            await().until(() -> receiver.requests().size() == 1);
            String cancelled = submitted(receiver.url());
            publish(
                    cancelled,
                    event(cancelled, EventKind.CANCELLED, 0, Instant.now().minusSeconds(60)));
            await().until(() -> receiver.requests().size() == 2);

            List<JsonNode> bodies =
                    receiver.requests().stream()
                            .map(request -> JsonMapper.shared().readTree(request.body()))
                            .toList();
            assertThat(bodies.getFirst().path("type").asString()).isEqualTo("scan.dead_lettered");
            assertThat(bodies.getFirst().at("/data/id").asString()).isEqualTo(dead);
            assertThat(bodies.getLast().path("type").asString()).isEqualTo("scan.cancelled");
            assertThat(bodies.getLast().at("/data/id").asString()).isEqualTo(cancelled);
            assertThat(bodies.getLast().at("/data/status").asString()).isEqualTo("cancelled");
        }
    }

    @Test
    void aBatchIsToldOnceAllOfItsScansHaveEnded() throws Exception {
        try (var receiver = Receiver.answering(HERE, _ -> 200)) {
            Answer answer =
                    send(
                            "POST",
                            "/api/scans/bulk?batch=nightly&callback=" + receiver.url(),
                            "text/csv",
                            "url\nhttps://a.example/\nhttps://b.example/\nftp://c.example/\n");
            assertThat(answer.status()).as(answer.body()).isEqualTo(202);

            batchTold(1, 0, 1);
            batchTold(2, 1, 1);
            batchTold(2, 0, 2);
            batchTold(2, 0, 2);

            Receiver.Request request = only(receiver);
            verify(secret, request);
            JsonNode body = JsonMapper.shared().readTree(request.body());
            assertThat(body.path("type").asString()).isEqualTo("batch.ended");
            assertThat(body.at("/data/id").asString()).isEqualTo("nightly");
            assertThat(body.at("/data/status").asString()).isEqualTo("ended");
            assertThat(body.at("/data/completed").asInt()).isEqualTo(2);
            assertThat(body.at("/data/links/self").asString()).isEqualTo("/api/batches/nightly");
        }
    }

    @Test
    void aFailureIsTriedAgainUnderTheSameId() throws Exception {
        try (var receiver = Receiver.answering(HERE, many -> many < 3 ? 503 : 200)) {
            ended(submitted(receiver.url()));

            await().until(() -> receiver.requests().size() == 3);

            assertThat(receiver.requests())
                    .extracting(Receiver.Request::id)
                    .containsOnly(receiver.requests().getFirst().id());
            assertThat(receiver.requests())
                    .extracting(Receiver.Request::body)
                    .containsOnly(receiver.requests().getFirst().body());
            verify(secret, receiver.requests().getLast());
            delivery(receiver.requests().getFirst().id(), "delivered");
        }
    }

    @Test
    void whatFailsTooOftenIsDeadAndCanBeTriedAgain() {
        try (var receiver = Receiver.answering(HERE, many -> many <= 3 ? 500 : 200)) {
            ended(submitted(receiver.url()));
            JsonNode dead =
                    await().until(
                                    () -> get(DELIVERIES + "?state=dead").json().path("items"),
                                    items -> !items.isEmpty())
                            .path(0);

            assertThat(dead.path("attempts").asInt()).isEqualTo(3);
            assertThat(dead.path("lastError").asString()).isEqualTo("answered 500");
            assertThat(dead.path("lastStatus").asInt()).isEqualTo(500);
            String path = DELIVERIES + "/" + dead.path("id").asString();
            String other = client;
            client = "c-" + UUID.randomUUID();
            get(path).problem(404, "not-found");
            send("POST", path + "/retry", RunningGateway.JSON, "").problem(404, "not-found");
            client = other;
            assertThat(send("POST", path + "/retry", RunningGateway.JSON, "").status())
                    .isEqualTo(202);
            delivery(dead.path("id").asString(), "delivered");
            send("POST", path + "/retry", RunningGateway.JSON, "").problem(409, "conflict");
            assertThat(receiver.requests()).hasSize(4);
            assertThat(get(DELIVERIES + "?state=dead").json().path("items")).isEmpty();
            get(DELIVERIES + "?state=alive").problem(400, "invalid-fields");
        }
    }

    @Test
    void aReceiverThatIsGoneIsAskedNoMore() {
        try (var receiver = Receiver.answering(HERE, _ -> 410)) {
            ended(submitted(receiver.url()));

            Receiver.Request request = only(receiver);

            assertThat(delivery(request.id(), "dead").path("lastError").asString())
                    .isEqualTo("answered 410: it wants to be told no more");
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    void aRedirectIsAFailureAndIsNotFollowed() {
        try (var inner = Receiver.answering(HERE, _ -> 200);
                var receiver =
                        Receiver.at(
                                HERE,
                                exchange -> {
                                    exchange.getResponseHeaders().set("Location", inner.url());
                                    exchange.sendResponseHeaders(302, -1);
                                })) {
            ended(submitted(receiver.url()));

            await().until(() -> receiver.requests().size() == 3);

            assertThat(
                            delivery(receiver.requests().getFirst().id(), "dead")
                                    .path("lastError")
                                    .asString())
                    .isEqualTo("answered 302, and no redirect is followed");
            assertThat(inner.requests()).isEmpty();
        }
    }

    @Test
    void aSlowReceiverKeepsNobodyElseWaiting() {
        var end = new CountDownLatch(1);
        try (var slow =
                        Receiver.at(
                                "127.0.0.2",
                                exchange -> {
                                    end.await();
                                    exchange.sendResponseHeaders(200, -1);
                                });
                var quick = Receiver.answering(HERE, _ -> 200)) {
            for (int i = 0; i < 8; i++) {
                ended(submitted(slow.url()));
            }
            await().until(() -> slow.requests().size() == 1);

            ended(submitted(quick.url()));
            client = "c-" + UUID.randomUUID();
            newSecret();
            ended(submitted(quick.url()));

            await().atMost(Duration.ofSeconds(15)).until(() -> quick.requests().size() == 2);
            assertThat(slow.requests()).as("one at a time").hasSize(1);
            end.countDown();
            await().until(() -> slow.requests().size() == 8);
        } finally {
            end.countDown();
        }
    }

    @Test
    void whatAGatewayLeftIsMadeByAnother() {
        try (var receiver = Receiver.answering(HERE, _ -> 200)) {
            String scan = submitted(receiver.url());
            first.jdbi()
                    .useHandle(handle ->
                            handle.execute(
                                    """
                                    INSERT INTO gateway.callback_deliveries
                                        (id, client, type, subject_id, url, host, body, attempts, leased_until)
                                    VALUES (?, ?, 'scan.completed', ?, ?, '127.0.0.1', '{}', 1, now() + interval '1 s')
                                    """,
                                    "msg_" + scan,
                                    client,
                                    scan,
                                    receiver.url()));

            Receiver.Request request = only(receiver);

            assertThat(request.id()).isEqualTo("msg_" + scan);
            assertThat(delivery(request.id(), "delivered").path("attempts").asInt()).isEqualTo(2);
        }
    }

    @Test
    void anAddressThatMayNotBeVisitedIsRefusedWhenItIsGiven() {
        for (String url :
                List.of(
                        "http://127.0.0.3/",
                        "http://169.254.169.254/latest",
                        "ftp://example.com/",
                        "https://ann:pw@example.com/")) {
            Answer answer = submit(url);
            answer.problem(400, "invalid-fields");
            assertThat(answer.pointers()).as(url).containsExactly("/callback/url");
            assertThat(answer.body()).doesNotContain("ann:pw");
        }
        send(
                        "POST",
                        "/api/scans/bulk?callback=http://10.0.0.1/",
                        "text/csv",
                        "url\nhttps://a.example/\n")
                .problem(400, "invalid-fields");
    }

    @Test
    void withoutASecretNothingIsAccepted() {
        client = "c-" + UUID.randomUUID();
        long before = first.published(Topics.SCAN_REQUESTS);

        assertThat(
                        submit("https://hooks.example/")
                                .problem(409, "conflict")
                                .path("detail")
                                .asString())
                .contains("POST " + SECRET);
        send(
                        "POST",
                        "/api/scans/bulk?callback=https://hooks.example/",
                        "text/csv",
                        "url\nhttps://a.example/\n")
                .problem(409, "conflict");
        assertThat(first.published(Topics.SCAN_REQUESTS)).isEqualTo(before);
    }

    @Test
    void twoSecretsLiveAtOnceAndAThirdEndsTheOldest() throws Exception {
        String next = newSecret();
        assertThat(next).startsWith("whsec_").isNotEqualTo(secret);
        try (var receiver = Receiver.answering(HERE, _ -> 200)) {
            ended(submitted(receiver.url()));
            Receiver.Request request = only(receiver);
            verify(secret, request);
            verify(next, request);

            String last = newSecret();
            ended(submitted(receiver.url()));
            await().until(() -> receiver.requests().size() == 2);
            Receiver.Request later = receiver.requests().getLast();
            verify(next, later);
            verify(last, later);
            assertThatThrownBy(() -> verify(secret, later))
                    .isInstanceOf(WebhookVerificationException.class);
        }
        Answer list = get(SECRET);
        assertThat(list.json().path("items")).hasSize(2);
        assertThat(list.body()).doesNotContain(next.substring(6));
        List<String> kept =
                first.jdbi()
                        .withHandle(handle ->
                                handle.createQuery(
                                                "SELECT encode(sealed, 'escape') FROM gateway.webhook_secrets")
                                        .mapTo(String.class)
                                        .list());
        assertThat(kept).isNotEmpty().noneMatch(sealed -> sealed.contains("whsec_"));
        String id = list.json().at("/items/0/id").asString();
        assertThat(send("DELETE", SECRET + "/" + id, RunningGateway.JSON, "").status())
                .isEqualTo(204);
        send("DELETE", SECRET + "/" + id, RunningGateway.JSON, "").problem(404, "not-found");
        assertThat(get(SECRET).json().path("items")).hasSize(1);
    }

    private static void verify(String secret, Receiver.Request request) throws Exception {
        var webhook = new Webhook(secret);
        var lower =
                request.headers().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        header -> header.getKey().toLowerCase(Locale.ROOT),
                                        Map.Entry::getValue));
        webhook.verify(request.body(), lower);
    }

    /** Its one request, after some time in which another would have come. */
    private static Receiver.Request only(Receiver receiver) {
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> receiver.requests().size() == 1);
        return receiver.requests().getFirst();
    }

    private JsonNode delivery(String id, String state) {
        return await().until(
                        () -> get(DELIVERIES + "/" + id).json(),
                        delivery -> delivery.path("state").asString().equals(state));
    }

    private String newSecret() {
        Answer made = send("POST", SECRET, RunningGateway.JSON, "");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("secret").asString();
    }

    private String submitted(String callback) {
        Answer answer = submit(callback);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        return answer.json().path("id").asString();
    }

    private Answer submit(String callback) {
        return send(
                "POST",
                "/api/scans",
                RunningGateway.JSON,
                "{\"url\": \"https://example.com/\", \"callback\": {\"url\": \"%s\"}}"
                        .formatted(callback));
    }

    private void ended(String scan) {
        project(scan, "completed", 90);
        told(scan, EventKind.REPORT_PUBLISHED, 1);
    }

    private static void told(String scan, EventKind kind, int attempt) {
        publish(scan, event(scan, kind, attempt, Instant.now()));
    }

    private static ScanEvent event(String scan, EventKind kind, int attempt, Instant at) {
        return ScanEvent.newBuilder()
                .setScanId(scan)
                .setRequestId("request-1")
                .setKind(kind)
                .setAt(at.truncatedTo(ChronoUnit.MILLIS))
                .setAttempt(attempt)
                .setFailure(
                        kind == EventKind.DEAD_LETTERED
                                ? Failure.newBuilder()
                                        .setType(FailureType.HTTP_ERROR)
                                        .setMessage("The page answered 503.")
                                        .setHttpStatus(503)
                                        .build()
                                : null)
                .build();
    }

    private void batchTold(int accepted, int waiting, int completed) {
        String batch = client + "/nightly";
        publish(
                batch,
                ScanEvent.newBuilder()
                        .setScanId("")
                        .setRequestId("")
                        .setKind(EventKind.BATCH_PROGRESS)
                        .setAt(Instant.now().truncatedTo(ChronoUnit.MILLIS))
                        .setBatchId(batch)
                        .setBatch(
                                BatchProgress.newBuilder()
                                        .setBatchId(batch)
                                        .setClient(client)
                                        .setAccepted(accepted)
                                        .setWaiting(waiting)
                                        .setCompleted(completed)
                                        .build())
                        .build());
    }

    private static void publish(String key, ScanEvent event) {
        assertThatCode(() ->
                        first.bean(RecordPublisher.class)
                                .publish(Topics.SCAN_EVENTS, key, event, RequestId.create()))
                .doesNotThrowAnyException();
    }

    /** As report-builder would. */
    private void project(String scan, String status, @Nullable Integer score) {
        first.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                    priority, status, attempt, submitted_at, updated_at, score)
                                VALUES (?, 'request-1', ?, 'https://example.com/', 'example.com', 'wcag22aa',
                                    'HIGH', ?, 1, now(), now(), ?)
                                """,
                                scan,
                                client,
                                status,
                                score));
    }

    private Answer get(String path) {
        return send("GET", path, RunningGateway.JSON, "");
    }

    private Answer send(String method, String path, String type, String body) {
        HttpRequest.Builder request =
                first.request(path)
                        .header(LimitedGateway.CLIENT, client)
                        .header("Content-Type", Objects.requireNonNull(type));
        return first.send(
                request.method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body)));
    }
}
