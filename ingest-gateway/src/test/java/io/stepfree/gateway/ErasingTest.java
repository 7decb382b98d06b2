package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.platform.erasure.ErasureOrders;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Ordering that a client's data be erased, what the gateway erases itself, and what it tells. */
final class ErasingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ApiKey FIRST = ApiKey.create("test");
    private static final String SCAN = "{\"url\": \"https://example.com/\"}";

    private static TestKafka kafka;
    private static TestDatabase database;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = RunningGateway.database();
        gateway =
                RunningGateway.start(
                        kafka,
                        TestRegistry.shared(),
                        database,
                        "--stepfree.gateway.access.environment=test",
                        "--stepfree.gateway.access.first-key=" + FIRST.secret(),
                        "--stepfree.secrets.keys.test=" + RunningGateway.SECRETS_KEY);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void anErasureIsOneOrderToAllAndItsRowTellsWhatEachHasDone() {
        String key = key(gateway, FIRST.secret(), "acme", "submit", "read");
        String other = key(gateway, FIRST.secret(), "globex", "submit", "read");
        Answer submitted =
                send(
                        gateway,
                        key,
                        gateway.request("/api/scans")
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", "one")
                                .POST(HttpRequest.BodyPublishers.ofString(SCAN)));
        assertThat(submitted.status()).as(submitted.body()).isEqualTo(202);
        String scan = "/api/scans/" + submitted.json().path("id").asString();
        assertThat(get(gateway, key, scan).status()).isEqualTo(200);
        assertThat(get(gateway, other, "/api/scans").status()).isEqualTo(200);

        Answer ordered = erase(gateway, FIRST.secret(), "acme", "?reason=request%2017");

        assertThat(ordered.status()).as(ordered.body()).isEqualTo(202);
        String id = ordered.json().path("id").asString();
        String place = Objects.requireNonNull(ordered.header("Location"));
        assertThat(place).isEqualTo("/api/clients/acme/erasures/" + id);
        assertThat(order(id).key()).isEqualTo(ErasureOrders.ADDRESSEE);
        OperatorCommand command = order(id).value();
        assertThat(command.getKind()).isEqualTo(OperatorCommandKind.ERASE_CLIENT);
        assertThat(command.getClient()).isEqualTo("acme");
        assertThat(command.getReason()).isEqualTo("request 17");

        // What the gateway keeps itself is gone at once; the others have not answered.
        await().atMost(PATIENCE).until(() -> part(place, "ingest-gateway", "state").equals("done"));
        JsonNode row = get(gateway, FIRST.secret(), place).json();
        assertThat(row.path("state").asString()).isEqualTo("under_way");
        assertThat(row.path("orderedBy").asString()).startsWith("first key (sf_test_");
        assertThat(row.path("reason").asString()).isEqualTo("request 17");
        assertThat(row.has("remaining")).isFalse();
        assertThat(row.has("topics")).isFalse();
        assertThat(part(place, "report-builder", "state")).isEqualTo("ordered");
        assertThat(row.at("/services/2/erased").toString())
                .isEqualTo("{\"keys\":1,\"limits\":1,\"idempotencyKeys\":1}");
        assertThat(row.at("/services/2/remaining").toString())
                .isEqualTo(
                        "{\"keys\":0,\"cached\":0,\"limits\":0,\"linkKeys\":0,\"callbacks\":0,\"decisions\":0,\"schedules\":0,\"deliveries\":0,\"webhookSecrets\":0,\"idempotencyKeys\":0}");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> get(gateway, key, "/api/scans").problem(401, "unauthenticated"));
        assertThat(get(gateway, other, "/api/scans").status()).isEqualTo(200);
        String later = key(gateway, FIRST.secret(), "acme", "submit", "read");
        await().atMost(PATIENCE)
                .untilAsserted(() -> get(gateway, later, scan).problem(404, "not-found"));

        answer("reports", id, command, "{\"scans\": 12, \"files\": 24}", "{\"scans\": 0}");
        assertThat(get(gateway, FIRST.secret(), place).json().path("state").asString())
                .isEqualTo("under_way");
        answer("dead_letters", id, command, "{\"deadLetters\": 3}", "{\"deadLetters\": 0}");
        JsonNode done = get(gateway, FIRST.secret(), place).json();
        assertThat(done.path("state").asString()).isEqualTo("done");
        assertThat(done.path("remaining").asLong(-1)).isZero();
        assertThat(done.at("/services/0/erased/files").asLong()).isEqualTo(24);
        assertThat(done.at("/topics/0/topic").asString()).isEqualTo("scan.requests");
        Instant doneAt = Instant.parse(done.path("doneAt").asString());
        assertThat(Instant.parse(done.at("/topics/0/until").asString()))
                .isEqualTo(doneAt.plus(Duration.ofDays(8)));
        assertThat(done.path("topics").valueStream().map(topic -> topic.path("topic").asString()))
                .contains("scan.dead-letters", "ops.unreadable")
                .doesNotContain("ops.signals");

        // The key that was made after the order is not meant, also when all is read again.
        gateway.bean("erasures", org.springframework.context.SmartLifecycle.class).stop();
        gateway.bean("erasures", org.springframework.context.SmartLifecycle.class).start();
        assertThat(get(gateway, later, "/api/scans").status()).isEqualTo(200);
        assertThat(
                        get(gateway, FIRST.secret(), "/api/clients/acme/erasures?limit=5")
                                .json()
                                .at("/items/0/id")
                                .asString())
                .isEqualTo(id);
        get(gateway, FIRST.secret(), "/api/clients/globex/erasures/" + id)
                .problem(404, "not-found");
    }

    @Test
    void schedulesAndCallbacksGoAndNothingIsToldOfWhatEndsLate() {
        String scan = withScheduleAndCallback("wayne");
        String open = scanWithCallback(key(gateway, FIRST.secret(), "wayne", "submit", "read"));
        withScheduleAndCallback("stark");
        ended(scan);
        await().atMost(PATIENCE).until(() -> rows("callback_deliveries", "wayne") == 1);
        assertThat(rows("callbacks", "wayne")).isEqualTo(2);
        assertThat(alarms()).isEqualTo(2);

        Answer ordered = erase(gateway, FIRST.secret(), "wayne", "");
        String place = Objects.requireNonNull(ordered.header("Location"));
        await().atMost(PATIENCE).until(() -> part(place, "ingest-gateway", "state").equals("done"));

        JsonNode erased = get(gateway, FIRST.secret(), place).json().at("/services/2/erased");
        assertThat(erased.path("schedules").asInt()).isEqualTo(1);
        assertThat(erased.path("callbacks").asInt()).isEqualTo(2);
        assertThat(erased.path("deliveries").asInt()).isEqualTo(1);
        assertThat(erased.path("webhookSecrets").asInt()).isEqualTo(1);
        for (String table :
                List.of("schedules", "callbacks", "callback_deliveries", "webhook_secrets")) {
            assertThat(rows(table, "wayne")).as(table).isZero();
        }
        assertThat(rows("schedules", "stark")).isEqualTo(1);
        assertThat(rows("callbacks", "stark")).isEqualTo(1);
        assertThat(rows("webhook_secrets", "stark")).isEqualTo(1);
        assertThat(alarms()).isEqualTo(1);

        // As if the end had been heard just before: the erased one is looked at first.
        wish(open, "wayne", new UUID(0, 1), Instant.now().minusSeconds(600));
        wish(open, "stark", new UUID(0, 2), Instant.now());
        ended(open);
        await().atMost(PATIENCE).until(() -> rows("callback_deliveries", "stark") == 1);
        assertThat(rows("callback_deliveries", "wayne")).isZero();
    }

    /** Returns the id of a scan with a callback. */
    private static String withScheduleAndCallback(String client) {
        String key = key(gateway, FIRST.secret(), client, "submit", "read");
        assertThat(post(key, "/api/webhooks/secret", "").status()).isEqualTo(201);
        Answer schedule =
                post(
                        key,
                        "/api/schedules",
                        "{\"name\": \"nightly\", \"cron\": \"30 3 1 1 *\", \"scan\": %s}"
                                .formatted(SCAN));
        assertThat(schedule.status()).as(schedule.body()).isEqualTo(201);
        return scanWithCallback(key);
    }

    private static String scanWithCallback(String key) {
        Answer scan =
                post(
                        key,
                        "/api/scans",
                        """
                        {"url": "https://example.com/", "callback": {"url": "https://hooks.example/"}}
                        """);
        assertThat(scan.status()).as(scan.body()).isEqualTo(202);
        return scan.json().path("id").asString();
    }

    private static void wish(String scan, String client, UUID seed, Instant at) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createUpdate(
                                        "INSERT INTO gateway.callbacks VALUES ('scan', :id, :seed, :client, 'https://hooks.example/' || :client, 1, CAST(:at AS timestamptz))")
                                .bind("id", scan)
                                .bind("seed", seed)
                                .bind("client", client)
                                .bind("at", at.toString())
                                .execute());
    }

    /** So long ago that nobody waits for the views any more. */
    private static void ended(String scan) {
        gateway.bean(RecordPublisher.class)
                .publish(
                        Topics.SCAN_EVENTS,
                        scan,
                        ScanEvent.newBuilder()
                                .setScanId(scan)
                                .setRequestId("req-1")
                                .setKind(EventKind.CANCELLED)
                                .setAt(
                                        Instant.now()
                                                .minusSeconds(60)
                                                .truncatedTo(ChronoUnit.MILLIS))
                                .build(),
                        RequestId.create());
    }

    private static long rows(String table, String client) {
        return gateway.jdbi()
                .withHandle(handle ->
                        handle.createQuery(
                                        "SELECT count(*) FROM gateway.<table> WHERE client = :client")
                                .define("table", table)
                                .bind("client", client)
                                .mapTo(Long.class)
                                .one());
    }

    private static long alarms() {
        return gateway.jdbi()
                .withHandle(handle ->
                        handle.createQuery("SELECT count(*) FROM gateway.scheduled_tasks")
                                .mapTo(Long.class)
                                .one());
    }

    @Test
    void onlyWhoRunsThePlatformErases() {
        String key = key(gateway, FIRST.secret(), "initech", "submit", "read");

        erase(gateway, key, "initech", "").problem(403, "forbidden");
        erase(gateway, FIRST.secret(), "Not_A_Client", "").problem(404, "not-found");
        erase(gateway, FIRST.secret(), "initech", "?reason=" + "x".repeat(501))
                .problem(400, "invalid-fields");
        get(gateway, FIRST.secret(), "/api/clients/initech/erasures/none")
                .problem(404, "not-found");
        assertThat(get(gateway, key, "/api/scans").status()).isEqualTo(200);
    }

    @Test
    void nobodyIsLockedOutByAnErasure() {
        var withoutFirst = gateway.beside("--stepfree.gateway.access.environment=test");
        try {
            String boss = key(gateway, FIRST.secret(), "boss", "admin");
            assertThat(
                            erase(withoutFirst, boss, "boss", "")
                                    .problem(409, "conflict")
                                    .path("detail")
                                    .asString())
                    .startsWith("Client boss has the last live key with the scope admin");

            String second = key(gateway, FIRST.secret(), "second", "admin");
            Answer ordered = erase(withoutFirst, boss, "boss", "");
            assertThat(ordered.status()).as(ordered.body()).isEqualTo(202);
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            get(withoutFirst, boss, "/admin/keys").problem(401, "unauthenticated"));
            assertThat(get(withoutFirst, second, "/admin/keys").status()).isEqualTo(200);
        } finally {
            withoutFirst.stopGateway();
        }
    }

    @Test
    void keysThatEndedLongAgoGoAndTheLastOnesNever() {
        var jdbi = gateway.jdbi();
        key(gateway, FIRST.secret(), "umbrella", "read");
        jdbi.useHandle(handle ->
                handle.execute(
                        "UPDATE gateway.api_keys SET revoked_at = now() - interval '91 days' WHERE client = 'umbrella'"));
        String live = key(gateway, FIRST.secret(), "hooli", "read");
        var beside = gateway.beside("--stepfree.gateway.access.environment=test");
        try {
            // A new gateway sweeps with the first use of a key.
            assertThat(get(beside, live, "/api/scans").status()).isEqualTo(200);
            await().atMost(PATIENCE)
                    .until(() ->
                            jdbi.withHandle(handle ->
                                    handle.createQuery(
                                                    "SELECT count(*) FROM gateway.api_keys WHERE client = 'umbrella'")
                                            .mapTo(Integer.class)
                                            .one())
                                    == 0);
        } finally {
            beside.stopGateway();
        }
    }

    /** As the service would write it down. */
    private static void answer(
            String schema, String id, OperatorCommand order, String erased, String remaining) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.createUpdate(
                                        "INSERT INTO <schema>.erasure_view VALUES (:id, :client, 'r', 'ada', '', CAST(:at AS timestamptz), now(), CAST(:erased AS jsonb), CAST(:remaining AS jsonb), now(), now())")
                                .define("schema", schema)
                                .bind("id", id)
                                .bind("client", order.getClient())
                                .bind("at", order.getOrderedAt().toString())
                                .bind("erased", erased)
                                .bind("remaining", remaining)
                                .execute());
    }

    private static ConsumerRecord<String, OperatorCommand> order(String id) {
        try (var commands = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_COMMANDS)) {
            return commands.received().stream()
                    .filter(record -> record.value().getCommandId().equals(id))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String part(String place, String service, String field) {
        return get(gateway, FIRST.secret(), place)
                .json()
                .path("services")
                .valueStream()
                .filter(part -> part.path("service").asString().equals(service))
                .map(part -> part.path(field).asString())
                .findFirst()
                .orElse("");
    }

    private static String key(RunningGateway at, String by, String client, String... scopes) {
        Answer made =
                send(
                        at,
                        by,
                        at.request("/admin/keys")
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"name\": \"ci\", \"client\": \"%s\", \"scopes\": [\"%s\"]}"
                                                        .formatted(
                                                                client,
                                                                String.join("\", \"", scopes)))));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    private static Answer erase(RunningGateway at, String key, String client, String query) {
        return send(at, key, at.request("/api/clients/" + client + "/data" + query).DELETE());
    }

    private static Answer post(String key, String path, String json) {
        return send(
                gateway,
                key,
                gateway.request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private static Answer get(RunningGateway at, String key, String path) {
        return send(at, key, at.request(path).GET());
    }

    private static Answer send(RunningGateway at, String key, HttpRequest.Builder request) {
        return at.send(request.header("Authorization", "Bearer " + key));
    }
}
