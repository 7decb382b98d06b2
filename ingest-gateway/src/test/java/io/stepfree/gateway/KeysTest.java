package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.gateway.access.Needs;
import io.stepfree.gateway.access.NeedsNoKey;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** Keys: who has one, for whom, and what it opens. */
final class KeysTest {

    private static final String OF_OTHERS = "01890a5d-ac96-774b-bcce-b302099a9001";
    private static final String SCAN =
            "{\"url\": \"https://example.com/\", \"batch\": \"nightly\"}";
    private static final ApiKey FIRST = ApiKey.create("test");

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
                        "--stepfree.gateway.streams.heartbeat=1s",
                        "--stepfree.gateway.access.first-key=" + FIRST.secret());
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            """
                            INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                priority, status, attempt, submitted_at, updated_at, batch_id)
                            VALUES (?, 'r', 'acme', 'https://acme.example/', 'acme.example', 'wcag22aa', 'HIGH',
                                'accepted', 0, now(), now(), 'acme/nightly')
                            """,
                            OF_OTHERS);
                    handle.execute(
                            """
                            INSERT INTO reports.batch_view
                            VALUES ('acme/nightly', 'acme', 1, 1, 0, 0, 0, 0, 0, now())
                            """);
                });
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void withoutAKeyNothingIsSaidAndNothingDone() {
        Answer answer = gateway.get("/api/scans");

        assertThat(answer.problem(401, "unauthenticated").path("detail").asString())
                .isEqualTo("The request brings no key; send one as Authorization: Bearer sf_….");
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        gateway.post("/api/scans", SCAN).problem(401, "unauthenticated");
        gateway.get("/admin/dlq/jobs").problem(401, "unauthenticated");
    }

    @Test
    void probesNeedNone() {
        assertThat(gateway.get("/livez").status()).isEqualTo(200);
        assertThat(gateway.get("/readyz").status()).isEqualTo(200);
    }

    @Test
    void whatAProblemMeansIsToldWithoutOne() {
        String type = gateway.get("/api/scans").json().path("type").asString();

        assertThat(type).isEqualTo("/problems/unauthenticated");
        assertThat(gateway.get(type).status()).isEqualTo(200);
    }

    @Test
    void everyRouteSaysWhatItNeeds() {
        var open = new ArrayList<String>();
        handlers()
                .forEach((route, method) -> {
                    if (!AnnotatedElementUtils.hasAnnotation(method.getBeanType(), NeedsNoKey.class)
                            && !method.hasMethodAnnotation(Needs.class)
                            && !AnnotatedElementUtils.hasAnnotation(
                                    method.getBeanType(), Needs.class)) {
                        open.add(route.toString());
                    }
                });

        // These need to know who asks, but whoever that is may.
        assertThat(open).allMatch(route -> route.contains("/error") || route.contains("/health"));
    }

    @Test
    void aKeyIsShownOnceAndOpensWhatItsScopesSay() {
        Answer made = make("{\"name\": \"ci\", \"client\": \"acme\", \"scopes\": [\"read\"]}");
        String key = made.json().path("key").asString();

        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("Cache-Control")).contains("no-store");
        assertThat(key).matches("sf_test_[0-9A-Za-z]{38}");
        String id = made.json().path("id").asString();
        assertThat(made.header("Location")).isEqualTo("/admin/keys/" + id);
        assertThat(made.json().path("createdBy").asString()).startsWith("first key (sf_test_");
        JsonNode shown = as(FIRST.secret(), "GET", "/admin/keys/" + id, null).json();
        assertThat(shown.path("prefix").asString()).isEqualTo(key.substring(0, 12));
        assertThat(shown.path("plan").asString()).isEqualTo("standard");
        assertThat(shown.toString()).doesNotContain(key.substring(12));

        assertThat(as(key, "GET", "/api/scans/" + OF_OTHERS, null).status()).isEqualTo(200);
        Answer refused = as(key, "POST", "/api/scans", SCAN);
        assertThat(refused.problem(403, "forbidden").path("detail").asString())
                .isEqualTo(
                        "This needs the scope submit, which ci (%s…) does not have."
                                .formatted(key.substring(0, 12)));
        as(key, "GET", "/admin/keys", null).problem(403, "forbidden");
        as(key, "GET", "/api/monitoring/dashboard", null).problem(403, "forbidden");
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        as(FIRST.secret(), "GET", "/admin/keys/" + id, null)
                                .json()
                                .has("lastUsedAt"));
    }

    @Test
    void whoMayOnlySubmitIsNotToldHowAScanEnds() {
        String key = key("{\"name\": \"sender\", \"client\": \"acme\", \"scopes\": [\"submit\"]}");

        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Authorization", "Bearer " + key)
                                .header("Content-Type", "application/json")
                                .header("Prefer", "wait=60")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"url\": \"https://sent.example/\"}")));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isNull();
        assertThat(answer.header("Cache-Status")).isEqualTo("stepfree; fwd=bypass; detail=scope");
    }

    @Test
    void everyRouteIsClosedToAnotherClient() {
        String other = key("{\"name\": \"walk\", \"client\": \"other\", \"plan\": \"unlimited\"}");
        var walked = new ArrayList<String>();
        handlers()
                .forEach((route, method) -> {
                    for (String pattern : route.getPatternValues()) {
                        if (!pattern.startsWith("/api/") && !pattern.startsWith("/admin/")) {
                            continue;
                        }
                        String path =
                                pattern.replaceAll(
                                        "\\{[^}]+}",
                                        pattern.contains("batches") ? "nightly" : OF_OTHERS);
                        for (var verb : route.getMethodsCondition().getMethods()) {
                            Answer answer = as(other, verb.name(), path, "{}");
                            boolean ofThePlatform =
                                    pattern.startsWith("/admin")
                                            || pattern.startsWith("/api/monitoring")
                                            || pattern.startsWith("/api/clients");
                            if (ofThePlatform) {
                                answer.problem(403, "forbidden");
                            } else if (pattern.contains("{")) {
                                answer.problem(404, "not-found");
                            }
                            assertThat(answer.body()).doesNotContain("acme");
                            walked.add(verb + " " + pattern);
                        }
                    }
                });

        assertThat(walked)
                .contains(
                        "GET /api/scans/{id}",
                        "DELETE /api/scans/{id}",
                        "GET /api/batches/{id}",
                        "POST /admin/dlq/retry/{scanId}",
                        "POST /api/monitoring/queue/retry/{id}");
        String owner = key("{\"name\": \"owner\", \"client\": \"acme\"}");
        assertThat(as(owner, "GET", "/api/scans/" + OF_OTHERS, null).status()).isEqualTo(200);
        JsonNode listed =
                as(owner, "GET", "/api/scans?batch=nightly", null).json().path("items").path(0);
        assertThat(listed.path("id").asString()).isEqualTo(OF_OTHERS);
        assertThat(listed.path("batch").asString()).isEqualTo("nightly");
        assertThat(as(other, "GET", "/api/scans?batch=nightly", null).json().path("items").size())
                .isZero();
        assertThat(as(owner, "GET", "/api/batches/nightly", null).json().path("id").asString())
                .isEqualTo("nightly");
    }

    @Test
    void aScanBelongsToTheClientOfItsKeyAlsoBeforeItIsProjected() {
        String mine = key("{\"name\": \"mine\", \"client\": \"mine\"}");
        String other = key("{\"name\": \"other\", \"client\": \"theirs\"}");

        Answer accepted = as(mine, "POST", "/api/scans", SCAN);

        assertThat(accepted.status()).as(accepted.body()).isEqualTo(202);
        String path = "/api/scans/" + accepted.json().path("id").asString();
        assertThat(as(mine, "GET", path, null).status()).isEqualTo(200);
        as(other, "GET", path, null).problem(404, "not-found");
        as(other, "DELETE", path, null).problem(404, "not-found");
        assertThat(as(mine, "DELETE", path, null).status()).isEqualTo(202);
    }

    @Test
    void twoKeysOfANameLiveTogetherSoThatOneCanTakeTheOthersPlace() {
        String body = "{\"name\": \"rotated\", \"client\": \"acme\"}";
        Answer old = make(body);
        Answer fresh = make(body);

        assertThat(make(body).problem(409, "conflict").path("detail").asString())
                .isEqualTo(
                        "Client acme has 2 live keys of the name 'rotated' already; revoke one, or choose another name.");
        String oldKey = old.json().path("key").asString();
        assertThat(as(oldKey, "GET", "/api/scans", null).status()).isEqualTo(200);

        Answer revoked =
                as(
                        FIRST.secret(),
                        "DELETE",
                        "/admin/keys/" + old.json().path("id").asString(),
                        null);

        assertThat(revoked.json().path("revokedAt").asString()).isNotBlank();
        assertThat(as(oldKey, "GET", "/api/scans", null).problem(401, "unauthenticated"))
                .isNotNull();
        assertThat(as(fresh.json().path("key").asString(), "GET", "/api/scans", null).status())
                .isEqualTo(200);
        assertThat(make(body).status()).isEqualTo(201);
    }

    @Test
    void allKeysOfAClientAreOfOnePlan() {
        key("{\"name\": \"one\", \"client\": \"planned\"}");

        Answer refused =
                make("{\"name\": \"two\", \"client\": \"planned\", \"plan\": \"unlimited\"}");

        assertThat(refused.problem(409, "conflict").path("detail").asString())
                .startsWith("Client planned has a live key of the plan standard (");
    }

    @Test
    void ofManyThatAreMadeAtOnceTwoLive() throws Exception {
        var answers = new ArrayList<Future<Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                answers.add(threads.submit(() -> make("{\"name\": \"crowd\"}")));
            }
        }
        var statuses = new ArrayList<Integer>();
        for (var answer : answers) {
            statuses.add(answer.get().status());
        }

        assertThat(statuses).filteredOn(status -> status == 201).hasSize(2);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(8);
    }

    @Test
    void aKeyThatHasExpiredIsRefused() {
        Answer made = make("{\"name\": \"short\", \"expiresInDays\": 1}");
        String key = made.json().path("key").asString();
        assertThat(made.json().path("expiresAt").asString()).isNotBlank();

        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "UPDATE gateway.api_keys SET expires_at = now() WHERE name = 'short'"));

        as(key, "GET", "/api/scans", null).problem(401, "unauthenticated");
    }

    @Test
    void aRevokedKeyIsRefusedAtAnotherGatewayWithinSeconds() {
        Answer made = make("{\"name\": \"elsewhere\"}");
        String key = made.json().path("key").asString();
        RunningGateway beside =
                gateway.beside("--stepfree.gateway.access.first-key=" + FIRST.secret());
        try {
            assertThat(as(beside, key, "GET", "/api/scans", null).status()).isEqualTo(200);

            as(FIRST.secret(), "DELETE", "/admin/keys/" + made.json().path("id").asString(), null);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(8))
                    .until(() -> as(beside, key, "GET", "/api/scans", null).status() == 401);
        } finally {
            beside.stopGateway();
        }
    }

    @Test
    void aStreamEndsWhenItsKeyIsRevoked() throws Exception {
        Answer made = make("{\"name\": \"stream\", \"client\": \"acme\"}");
        String key = made.json().path("key").asString();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> stream =
                    threads.submit(
                            () -> as(key, "GET", "/api/scans/" + OF_OTHERS + "/events", null));
            Awaitility.await("it stays open, over heartbeats")
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> !stream.isDone());

            as(FIRST.secret(), "DELETE", "/admin/keys/" + made.json().path("id").asString(), null);

            Answer ended = stream.get(15, TimeUnit.SECONDS);
            assertThat(ended.status()).isEqualTo(200);
            assertThat(ended.body()).contains("event: state").contains(":\n\n");
        }
    }

    @Test
    void theLastKeyOfAdministratorsStays() {
        RunningGateway beside = gateway.beside();
        try {
            String one = key("{\"name\": \"last\", \"scopes\": [\"admin\"]}");
            JsonNode rows = as(FIRST.secret(), "GET", "/admin/keys?limit=500", null).json();
            for (JsonNode row : rows.path("items")) {
                if (!row.path("name").asString().equals("last")
                        && row.path("scopes").toString().contains("admin")) {
                    as(FIRST.secret(), "DELETE", "/admin/keys/" + row.path("id").asString(), null);
                }
            }
            String id = rows.path("items").path(0).path("id").asString();

            Answer kept = as(beside, one, "DELETE", "/admin/keys/" + id, null);

            assertThat(kept.problem(409, "conflict").path("detail").asString())
                    .contains("the last live one with the scope admin");
            beside.get("/api/scans").problem(401, "unauthenticated");
        } finally {
            beside.stopGateway();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"name\": \"\"}",
                "{\"name\": \"a\", \"client\": \"Acme\"}",
                "{\"name\": \"a\", \"scopes\": []}",
                "{\"name\": \"a\", \"scopes\": [\"root\"]}",
                "{\"name\": \"a\", \"scopes\": \"read\"}",
                "{\"name\": \"a\", \"scopes\": [\"read\", \"read\"]}",
                "{\"name\": \"a\", \"expiresInDays\": 0}",
                "{\"name\": \"a\", \"plan\": \"Gold!\"}",
                "{\"name\": \"a\", \"key\": \"mine\"}"
            })
    void whatCannotBeAKeyIsRefused(String body) {
        Answer answer = make(body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic YTpi",
                "Bearer",
                "Bearer ",
                "Bearer sf_live_x",
                "Bearer eyJhbGciOiJub25lIn0.e30."
            })
    void whatIsNoKeyIsRefusedWithoutBeingRepeated(String header) {
        Answer answer =
                gateway.send(gateway.request("/api/scans").header("Authorization", header).GET());

        answer.problem(401, "unauthenticated");
        assertThat(answer.body()).doesNotContain("eyJ");
    }

    @Test
    void aClientThatCannotBeIsNamed() {
        for (String client : new String[] {"%00", "ACME", "a%20b", ""}) {
            JsonNode problem =
                    as(FIRST.secret(), "GET", "/admin/keys?client=" + client, null)
                            .problem(400, "invalid-fields");

            assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo("client");
        }
    }

    @Test
    void anUnknownKeyIsNotFound() {
        as(FIRST.secret(), "GET", "/admin/keys/none", null).problem(404, "not-found");
        as(FIRST.secret(), "DELETE", "/admin/keys/" + OF_OTHERS, null).problem(404, "not-found");
    }

    private static Map<RequestMappingInfo, HandlerMethod> handlers() {
        return gateway.bean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods();
    }

    private static Answer make(String body) {
        return as(FIRST.secret(), "POST", "/admin/keys", body);
    }

    private static String key(String body) {
        Answer made = make(body);
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    private static Answer as(String key, String method, String path, @Nullable String body) {
        return as(gateway, key, method, path, body);
    }

    private static Answer as(
            RunningGateway gateway, String key, String method, String path, @Nullable String body) {
        return gateway.send(
                gateway.request(path)
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body)));
    }
}
