package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Scans that come again and again, over real HTTP, two gateways and a real database. */
final class SchedulesTest {

    private static final String SCHEDULES = "/api/schedules";
    private static final String LONG_AGO = "2026-03-01T03:00:00Z";
    private static final ApiKey FIRST = ApiKey.create("test");
    private static final String[] SETTINGS = {
        "--stepfree.gateway.access.environment=test",
        "--stepfree.gateway.access.first-key=" + FIRST.secret(),
        "--stepfree.secrets.keys.test=" + RunningGateway.SECRETS_KEY,
        "--stepfree.gateway.schedules.poll=200ms",
        "--stepfree.gateway.schedules.retry-delay=200ms",
        "--stepfree.gateway.schedules.per-client=25",
        "--stepfree.gateway.schedules.urls=4",
        "--stepfree.kafka.publish-timeout=2s"
    };

    private static TestKafka kafka;
    private static TestDatabase database;
    private static RunningGateway first;
    private static RunningGateway second;

    /** A new one for each test. */
    private String client = "";

    private String key = "";

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = RunningGateway.database();
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
        key = makeKey(first);
    }

    /** What a client's schedules need to go on. */
    private String makeKey(RunningGateway gateway) {
        String body =
                "{\"name\": \"ci\", \"client\": \"%s\", \"plan\": \"unlimited\", \"scopes\": [\"admin\"]}"
                        .formatted(client);
        return gateway.send(
                        gateway.request("/admin/keys")
                                .header("Authorization", "Bearer " + FIRST.secret())
                                .header("Content-Type", RunningGateway.JSON)
                                .header(LimitedGateway.CLIENT, client)
                                .POST(HttpRequest.BodyPublishers.ofString(body)))
                .json()
                .path("id")
                .asString();
    }

    @Test
    void aScheduleIsShownWithItsNextTimeAndWithoutWhatItAsksFor() {
        Answer made =
                make(
                        """
                        {"name": "nightly", "cron": "30 3 * * 1-5", "zone": "Europe/Zurich",
                         "scan": {"url": "https://example.com/", "options": {"headers": {"X-Token": "Rumpelstilz"}}}}
                        """);

        assertThat(made.status()).as(made.body()).isEqualTo(201);
        JsonNode json = made.json();
        assertThat(made.header("Location")).isEqualTo(SCHEDULES + "/" + json.path("id").asString());
        assertThat(json.path("name").asString()).isEqualTo("nightly");
        assertThat(json.path("cron").asString()).isEqualTo("30 3 * * 1-5");
        assertThat(json.path("zone").asString()).isEqualTo("Europe/Zurich");
        assertThat(json.path("url").asString()).isEqualTo("https://example.com/");
        assertThat(json.path("pages").asInt()).isEqualTo(1);
        assertThat(json.path("paused").asBoolean()).isFalse();
        assertThat(Instant.parse(json.path("nextAt").asString())).isAfter(Instant.now());
        assertThat(json.has("lastRun")).isFalse();
        assertThat(get(SCHEDULES).json().path("items")).hasSize(1);
        assertThat(get(path(made)).json()).isEqualTo(json);
        assertThat(made.body()).doesNotContain("Rumpelstilz");
        assertThat(rows("SELECT schedules::text FROM gateway.schedules"))
                .as("what is secret is sealed")
                .noneMatch(row -> row.contains("Rumpelstilz"));
    }

    @Test
    void whatIsWrongIsNamedByItsField() {
        Answer answer =
                make(
                        """
                        {"name": "/", "cron": "61 * * * *", "zone": "Middle/Earth", "every": "day",
                         "urls": ["https://example.com/", "http://127.0.0.1/", 5],
                         "callback": {"url": "http://169.254.169.254/"}}
                        """);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers())
                .containsExactlyInAnyOrder(
                        "/name", "/zone", "/every", "/urls/1", "/urls/2", "/callback/url");
        problemAt(
                "/cron",
                "{\"name\": \"a\", \"cron\": \"61 * * * *\", \"urls\": [\"https://a.example/\"]}");
        problemAt(
                "/cron",
                "{\"name\": \"a\", \"cron\": \"*/14 * * * *\", \"urls\": [\"https://a.example/\"]}");
        problemAt("", "{\"name\": \"a\", \"cron\": \"0 3 * * *\"}");
        problemAt("/urls", "{\"name\": \"a\", \"cron\": \"0 3 * * *\", \"urls\": []}");
        problemAt(
                "/scan/options/device",
                "{\"name\": \"a\", \"cron\": \"0 3 * * *\", \"scan\": {\"url\": \"https://a.example/\", \"options\": {\"device\": \"fridge\"}}}");
    }

    private void problemAt(String pointer, String body) {
        Answer answer = make(body);
        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly(pointer);
    }

    @Test
    void aNameIsTakenOnceAndThereIsABound() {
        assertThat(make(daily("same")).status()).isEqualTo(201);
        make(daily("same")).problem(409, "conflict");
        for (int i = 1; i < 25; i++) {
            assertThat(make(daily("other " + i)).status()).isEqualTo(201);
        }
        assertThat(make(daily("surplus")).problem(409, "conflict").path("detail").asString())
                .contains("25 schedules");
    }

    @Test
    void thoseOfAnotherClientAreNotThere() {
        String path = path(make(daily("mine")));
        client = "c-" + UUID.randomUUID();

        get(path).problem(404, "not-found");
        send("DELETE", path, "").problem(404, "not-found");
        send("PATCH", path, "{\"paused\": true}").problem(404, "not-found");
        assertThat(get(SCHEDULES).json().path("items")).isEmpty();
    }

    @Test
    void aTimeThatWasMissedIsSubmittedOnceAndTheNextOneIsToCome() {
        String path = path(make(daily("missed")));

        missed(path, LONG_AGO);

        JsonNode run = lastRun(path, "submitted");
        assertThat(run.path("plannedAt").asString()).isEqualTo(LONG_AGO);
        assertThat(run.path("accepted").asInt()).isEqualTo(1);
        assertThat(Instant.parse(get(path).json().path("nextAt").asString()))
                .isAfter(Instant.now());
        assertThat(scans())
                .singleElement()
                .satisfies(scan -> {
                    assertThat(scan.getScanId()).isEqualTo(run.path("scan").asString());
                    assertThat(scan.getUrl()).isEqualTo("https://example.com/missed");
                    assertThat(scan.getClient()).isEqualTo(client);
                });
    }

    @Test
    void manyPagesBecomeABatchEachTime() {
        String path =
                path(
                        make(
                                """
                                {"name": "site", "cron": "0 3 * * *", "defaults": {"standard": "wcag21aa"},
                                 "urls": ["https://a.example/", "https://b.example/", "https://c.example/"]}
                                """));

        missed(path, "2026-03-01T03:00:00Z");
        String one = lastRun(path, "submitted").path("batch").asString();
        missed(path, "2026-03-02T03:00:00Z");
        String two =
                await().until(
                                () -> lastRun(path, "submitted").path("batch").asString(),
                                batch -> !batch.equals(one));

        assertThat(one).matches("schedule-[0-9a-f-]{36}");
        assertThat(scans())
                .hasSize(6)
                .allSatisfy(scan -> {
                    assertThat(scan.getStandard()).isEqualTo("wcag21aa");
                    assertThat(scan.getPriority()).isEqualTo(Priority.LOW);
                });
        assertThat(scans())
                .extracting(ScanRequest::getBatchId)
                .containsOnly(client + "/" + one, client + "/" + two);
        assertThat(scans()).extracting(ScanRequest::getScanId).doesNotHaveDuplicates();
    }

    @Test
    void overTwoGatewaysEachTimeIsSubmittedOnce() {
        var paths = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            paths.add(path(make(daily("page-" + i))));
        }

        first.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "UPDATE gateway.schedules SET next_at = ?::timestamptz WHERE client = ?",
                            LONG_AGO,
                            client);
                    handle.execute(
                            """
                            UPDATE gateway.scheduled_tasks SET execution_time = ?::timestamptz
                             WHERE task_instance IN (SELECT id::text FROM gateway.schedules WHERE client = ?)
                            """,
                            LONG_AGO,
                            client);
                });

        paths.forEach(path -> lastRun(path, "submitted"));
        assertThat(scans()).hasSize(20);
        assertThat(scans()).extracting(ScanRequest::getUrl).doesNotHaveDuplicates();
    }

    @Test
    void aTimeThatIsDealtWithAgainAfterACrashHasTheSameIds() {
        String path = path(make(daily("crash")));
        missed(path, LONG_AGO);
        String scan = lastRun(path, "submitted").path("scan").asString();

        missed(path, LONG_AGO);
        await().until(() ->
                Instant.parse(get(path).json().path("nextAt").asString()).isAfter(Instant.now()));
        assertThat(scans()).as("known to be published").hasSize(1);

        first.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "DELETE FROM gateway.idempotency_keys WHERE client = ?", client));
        missed(path, LONG_AGO);
        await().until(() -> scans().size() == 2);
        assertThat(scans())
                .as("the scheduler begins one scan for one id")
                .extracting(ScanRequest::getScanId)
                .containsOnly(scan);
    }

    @Test
    void eachTimeCountsInTheLimitAndWhatIsRefusedIsTold() {
        String path = path(as("standard", "POST", SCHEDULES, site("limited", 4)));
        first.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE gateway.api_keys SET plan = 'standard' WHERE id = ?::uuid",
                                key));
        for (int day = 1; day <= 2; day++) {
            String planned = "2026-03-0%dT03:00:00Z".formatted(day);
            missed(path, planned);
            await().until(() ->
                    lastRun(path, "submitted").path("plannedAt").asString().equals(planned));
        }

        missed(path, "2026-03-03T03:00:00Z");

        JsonNode run = lastRun(path, "refused");
        assertThat(run.path("refused").asInt()).isEqualTo(4);
        assertThat(run.path("reason").asString())
                .startsWith("The request has 4 scans, and 2 of the 10 an hour are left");
        assertThat(run.has("batch")).isFalse();
        assertThat(Instant.parse(get(path).json().path("nextAt").asString()))
                .as("the next time is tried")
                .isAfter(Instant.now());
        assertThat(scans()).hasSize(8);
    }

    @Test
    void secretsAreOpenedForTheScanAlone() {
        String path =
                path(
                        make(
                                """
                                {"name": "secret", "cron": "0 3 * * *",
                                 "scan": {"url": "https://example.com/", "options": {"headers": {"X-Token": "Rumpelstilz"}}}}
                                """));

        missed(path, LONG_AGO);

        lastRun(path, "submitted");
        ScanRequest scan = scans().getFirst();
        var sealer =
                SecretSealer.of(
                        new SecretProperties(Map.of("test", RunningGateway.SECRETS_KEY), ""));
        assertThat(
                        sealer.open(
                                        Objects.requireNonNull(scan.getOptions().getSecrets()),
                                        scan.getScanId())
                                .headers())
                .isEqualTo(Map.of("X-Token", "Rumpelstilz"));
    }

    @Test
    void aPausedOneLetsItsTimesPass() {
        String path = path(make(daily("paused")));
        Answer paused = send("PATCH", path, "{\"paused\": true}");
        assertThat(paused.json().path("paused").asBoolean()).as(paused.body()).isTrue();

        missed(path, LONG_AGO);

        await().until(() ->
                Instant.parse(get(path).json().path("nextAt").asString()).isAfter(Instant.now()));
        assertThat(get(path).json().has("lastRun")).isFalse();
        assertThat(scans()).isEmpty();
        assertThat(send("PATCH", path, "{\"paused\": false}").json().path("paused").asBoolean())
                .isFalse();
        missed(path, LONG_AGO);
        lastRun(path, "submitted");
        send("PATCH", path, "{\"paused\": 1}").problem(400, "invalid-fields");
        send("PATCH", path, "{}").problem(400, "invalid-fields");
    }

    @Test
    void aDeletedOneIsGoneWithItsAlarm() {
        String path = path(make(daily("gone")));

        assertThat(send("DELETE", path, "").status()).isEqualTo(204);

        get(path).problem(404, "not-found");
        assertThat(
                        rows(
                                "SELECT task_instance FROM gateway.scheduled_tasks WHERE task_instance = '%s'"
                                        .formatted(id(path))))
                .isEmpty();
        assertThat(make(daily("gone")).status()).as("the name is free").isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE gateway.api_keys SET revoked_at = now() WHERE id = ?::uuid",
                "DELETE FROM gateway.api_keys WHERE id = ?::uuid"
            })
    void whenTheLastKeyOfAClientEndsItsSchedulesAreRefused(String end) {
        String path = path(make(daily("keyless")));
        first.jdbi().useHandle(handle -> handle.execute(end, key));

        missed(path, LONG_AGO);

        assertThat(lastRun(path, "refused").path("reason").asString())
                .contains("has no key any more");
        assertThat(scans()).isEmpty();
    }

    @Test
    void whatWasNotSubmittedBecauseTheBrokerWasDownIsTriedUntilItIs() {
        try (var own = RunningGateway.database()) {
            TestKafka away = TestKafka.start();
            RunningGateway gateway = RunningGateway.limited(away, own, SETTINGS);
            RunningGateway before = first;
            try {
                first = gateway;
                makeKey(gateway);
                String path = path(make(daily("later")));
                away.close();
                missed(path, LONG_AGO);

                JsonNode run = lastRun(path, "retrying");

                assertThat(run.path("plannedAt").asString()).isEqualTo(LONG_AGO);
                assertThat(get(path).json().path("nextAt").asString())
                        .as("it stays due")
                        .isEqualTo(LONG_AGO);
                gateway.stopGateway();
                try (var back = TestKafka.start()) {
                    RunningGateway another = RunningGateway.limited(back, own, SETTINGS);
                    try {
                        first = another;
                        await().atMost(Duration.ofSeconds(90))
                                .until(() ->
                                        get(path)
                                                .json()
                                                .at("/lastRun/outcome")
                                                .asString()
                                                .equals("submitted"));
                        assertThat(scans(back)).hasSize(1);
                    } finally {
                        another.stopGateway();
                    }
                }
            } finally {
                first = before;
                away.close();
            }
        }
    }

    private static String daily(String name) {
        return """
        {"name": "%s", "cron": "0 3 * * *", "zone": "Europe/Zurich",
         "scan": {"url": "https://example.com/%s"}}
        """
                .formatted(name, name.replace(' ', '-'));
    }

    private static String site(String name, int pages) {
        var urls = new ArrayList<String>();
        for (int i = 0; i < pages; i++) {
            urls.add("\"https://example.com/%d\"".formatted(i));
        }
        return "{\"name\": \"%s\", \"cron\": \"0 3 * * *\", \"urls\": [%s]}"
                .formatted(name, String.join(", ", urls));
    }

    /** As if no gateway had run at that time, and one began now. */
    private static void missed(String path, String planned) {
        first.jdbi()
                .useTransaction(handle -> {
                    handle.execute(
                            "UPDATE gateway.schedules SET next_at = ?::timestamptz WHERE id = ?::uuid",
                            planned,
                            id(path));
                    handle.execute(
                            "UPDATE gateway.scheduled_tasks SET execution_time = ?::timestamptz WHERE task_instance = ?",
                            planned,
                            id(path));
                });
    }

    private JsonNode lastRun(String path, String outcome) {
        return await().until(
                        () -> get(path).json().path("lastRun"),
                        run -> run.path("outcome").asString("").equals(outcome));
    }

    private List<ScanRequest> scans() {
        return scans(kafka);
    }

    private List<ScanRequest> scans(TestKafka broker) {
        try (var probe = TopicProbe.of(broker, TestRegistry.shared(), Topics.SCAN_REQUESTS)) {
            return probe.values().stream()
                    .map(ScanCommand::getRequest)
                    .filter(Objects::nonNull)
                    .filter(scan -> scan.getClient().equals(client))
                    .toList();
        }
    }

    private static List<String> rows(String query) {
        return first.jdbi()
                .withHandle(handle -> handle.createQuery(query).mapTo(String.class).list());
    }

    private static String path(Answer made) {
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return Objects.requireNonNull(made.header("Location"));
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private Answer make(String body) {
        return send("POST", SCHEDULES, body);
    }

    private Answer get(String path) {
        return send("GET", path, "");
    }

    private Answer send(String method, String path, String body) {
        return as("unlimited", method, path, body);
    }

    private Answer as(String plan, String method, String path, String body) {
        HttpRequest.Builder request =
                first.request(path)
                        .header("Authorization", "Bearer " + FIRST.secret())
                        .header(LimitedGateway.CLIENT, client)
                        .header(LimitedGateway.PLAN, plan);
        return first.send(
                body.isEmpty()
                        ? request.method(method, HttpRequest.BodyPublishers.noBody())
                        : request.header("Content-Type", RunningGateway.JSON)
                                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }
}
