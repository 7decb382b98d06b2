package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.access.Scope;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the gateway answers is what its OpenAPI document says, to examples as to anything else: the
 * gateway has keys of its own, because what is sent here makes and ends some.
 */
final class ApiContractTest {

    private static final String SEED = "stepfree.fuzz.seed";
    private static final int TIMES = Integer.getInteger("stepfree.fuzz.times", 20);
    private static final int MOST_FAULTS = 20;
    private static final String NOWHERE = "01890a5d-ac96-774b-bcce-b302099a8057";
    private static final ApiKey FIRST = ApiKey.create("test");

    private static TestKafka kafka;
    private static TestDatabase database;
    private static RunningGateway gateway;
    private static ApiDescription api;
    private static HttpClient http;

    /** What is sent: an address, headers in order, and a body. */
    private record Call(
            ApiDescription.Operation operation,
            String address,
            List<String> headers,
            @Nullable ByteBuffer body) {

        @Override
        public String toString() {
            return "%s %s %s %s"
                    .formatted(
                            operation.method(),
                            shortened(address),
                            shortened(headers.toString()),
                            body == null
                                    ? ""
                                    : shortened(
                                            StandardCharsets.UTF_8
                                                    .decode(body.duplicate())
                                                    .toString()));
        }
    }

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        database = RunningGateway.database();
        gateway =
                RunningGateway.start(
                        kafka,
                        TestRegistry.shared(),
                        database,
                        "--stepfree.secrets.keys.test=" + RunningGateway.SECRETS_KEY,
                        "--stepfree.gateway.access.environment=test",
                        "--stepfree.gateway.access.first-key=" + FIRST.secret());
        api = ApiDescription.of(gateway);
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        http.close();
        gateway.close();
    }

    static List<ApiDescription.Operation> operations() {
        return api.operations();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anExampleIsAnsweredAsDocumented(ApiDescription.Operation operation) {
        for (Call call : examples(operation)) {
            Answer answer = send(call);

            assertThat(api.deviations(operation, answer)).as("%s: %s", call, answer).isEmpty();
            // Without workers the whole is not well, and says so with what is documented for it.
            boolean unwell =
                    answer.status() == 503 && operation.path().equals("/api/health/system");
            assertThat(answer.status() < 300 || unwell).as("%s: %s", call, answer).isTrue();
        }
    }

    @Test
    void whateverIsSentIsAnsweredAsDocumented() {
        long seed = Long.getLong(SEED, 20_261_130);
        var random = new Random(seed);
        var values = new SchemaValues(api, random);
        var hostile = new HostileValues(random);
        var faults = new ArrayList<String>();
        var statuses = new TreeMap<Integer, Integer>();
        int sent = 0;
        for (var operation : api.operations()) {
            List<Call> calls = worst(operation);
            for (int i = 0; i < TIMES; i++) {
                calls.add(drawn(operation, random, values, hostile));
            }
            for (Call call : calls) {
                Answer answer = send(call);
                sent++;
                statuses.merge(answer.status(), 1, Integer::sum);
                faults(call, answer).forEach(fault -> faults.add(call + "\n    " + fault));
            }
        }
        System.out.printf("seed %d: %d requests, by status %s%n", seed, sent, statuses);

        assertThat(statuses.keySet()).as("good and bad ones").contains(200, 202, 400, 404, 415);
        assertThat(faults.stream().limit(MOST_FAULTS))
                .as("%d faults of %d requests; again with -D%s=%d", faults.size(), sent, SEED, seed)
                .isEmpty();
    }

    @Test
    void whoLacksTheScopeThatIsDocumentedIsRefusedAndNobodyElse() {
        for (Scope scope : Scope.values()) {
            String key = secret("not-" + scope.word(), others(scope), Caller.UNLIMITED_PLAN);
            for (var operation : api.operations()) {
                String needed =
                        operation.node().path("security").path(0).path("key").path(0).asString("");
                Call call =
                        new Call(
                                operation,
                                address(operation, NOWHERE, List.of()),
                                List.of("Authorization", "Bearer " + key),
                                null);
                Answer answer = send(call);

                assertThat(answer.status() == 403)
                        .as("%s without %s: %s", call, scope, answer)
                        .isEqualTo(needed.equals(scope.word()));
                if (answer.status() == 403) {
                    assertThat(api.deviations(operation, answer)).isEmpty();
                }
            }
        }
    }

    @Test
    void aScanPastTheLimitIsRefusedAsDocumented() {
        String key = secret("few", "[\"submit\"]", Caller.STANDARD_PLAN);
        var submit =
                api.operations().stream()
                        .filter(operation -> operation.toString().equals("POST /api/scans"))
                        .findFirst()
                        .orElseThrow();
        var call =
                new Call(
                        submit,
                        submit.path(),
                        List.of(
                                "Content-Type",
                                RunningGateway.JSON,
                                "Authorization",
                                "Bearer " + key),
                        StandardCharsets.UTF_8.encode("{\"url\": \"https://example.com/\"}"));
        for (int scan = 1; scan <= 11; scan++) {
            Answer answer = send(call);

            assertThat(answer.status()).as("scan %d", scan).isEqualTo(scan <= 10 ? 202 : 429);
            assertThat(answer.header("RateLimit")).isNotNull();
            assertThat(answer.header("Retry-After") != null).isEqualTo(scan > 10);
            assertThat(api.deviations(submit, answer)).isEmpty();
        }
    }

    @Test
    void whatWasSeenAlreadyIsAnsweredAsDocumented() {
        for (String path :
                List.of(
                        "/api/scans/{id}",
                        "/api/scans/{id}/result",
                        "/api/scans/{id}/report.{format}",
                        "/api/batches/{id}/report.{format}")) {
            var show =
                    api.operations().stream()
                            .filter(operation -> operation.toString().equals("GET " + path))
                            .findFirst()
                            .orElseThrow();
            String address = address(show, thing(show), List.of());
            String tag = send(new Call(show, address, List.of(), null)).header("ETag");
            assertThat(tag).isNotNull();

            Answer answer = send(new Call(show, address, List.of("If-None-Match", tag), null));

            assertThat(answer.status()).isEqualTo(304);
            assertThat(api.deviations(show, answer)).isEmpty();
        }
    }

    private static List<String> faults(Call call, Answer answer) {
        var faults = new ArrayList<String>();
        // Another path may be another operation, or none.
        boolean sameOperation = matches(call.operation().path(), call.address().split("\\?", 2)[0]);
        if (sameOperation) {
            faults.addAll(api.deviations(call.operation(), answer));
        }
        if (answer.status() == 503 && call.operation().path().equals("/api/health/system")) {
            return faults;
        }
        if (answer.status() >= 500) {
            faults.add("status %d: %s".formatted(answer.status(), answer.body()));
        }
        faults.addAll(api.faultsOfProblem(answer));
        if (answer.header("X-Request-ID") == null) {
            faults.add("no request id: %s".formatted(answer));
        }
        return faults;
    }

    private static boolean matches(String template, String address) {
        String plain = template.replaceAll("\\{[^}]+}", "[A-Za-z0-9_-]+");
        return address.matches(plain);
    }

    private static List<Call> examples(ApiDescription.Operation operation) {
        var query = new ArrayList<String>();
        for (JsonNode parameter : api.parameters(operation, "query")) {
            if (parameter.has("example")) {
                query.add(named(parameter, parameter.path("example").asString()));
            }
        }
        var calls = new ArrayList<Call>();
        for (var body : api.bodies(operation).properties()) {
            for (JsonNode example : OpenApiTest.examplesOf(body.getValue())) {
                // Many as JSON say in the body what others say in the query.
                boolean inBody = example.has("scans");
                calls.add(
                        new Call(
                                operation,
                                address(operation, thing(operation), inBody ? List.of() : query),
                                List.of("Content-Type", body.getKey()),
                                bytes(example)));
            }
        }
        if (calls.isEmpty()) {
            calls.add(
                    new Call(
                            operation,
                            address(operation, thing(operation), query),
                            List.of(),
                            null));
        }
        return calls;
    }

    /** The worst values for each parameter, one after the other. */
    private static List<Call> worst(ApiDescription.Operation operation) {
        var calls = new ArrayList<Call>();
        for (String value : HostileValues.WORST) {
            for (JsonNode parameter : api.parameters(operation, "query")) {
                String query = parameter.path("name").asString() + "=" + value;
                calls.add(
                        new Call(
                                operation,
                                address(operation, NOWHERE, List.of(query)),
                                List.of(),
                                null));
            }
            if (operation.path().contains("{")) {
                calls.add(
                        new Call(operation, address(operation, value, List.of()), List.of(), null));
            }
        }
        return calls;
    }

    /** What is drawn to be wrong; all else is right. */
    private enum Wrong {
        NOTHING,
        PATH,
        QUERY,
        HEADER,
        BODY
    }

    private static Call drawn(
            ApiDescription.Operation operation,
            Random random,
            SchemaValues values,
            HostileValues hostile) {
        Wrong wrong = Wrong.values()[random.nextInt(Wrong.values().length)];
        String thing =
                wrong == Wrong.PATH
                        ? hostile.inPath()
                        : random.nextInt(4) == 0 ? NOWHERE : thing(operation);
        var query = new ArrayList<String>();
        for (JsonNode parameter : api.parameters(operation, "query")) {
            if (random.nextInt(3) == 0 || parameter.path("required").asBoolean(false)) {
                String name = parameter.path("name").asString();
                query.add(
                        wrong == Wrong.QUERY && random.nextBoolean()
                                ? name + "=" + hostile.inQuery()
                                : named(
                                        parameter,
                                        values.value(parameter.path("schema"), name).asString()));
            }
        }
        if (wrong == Wrong.QUERY && random.nextInt(4) == 0) {
            query.add(hostile.parameter());
        }
        var headers = new ArrayList<String>();
        ByteBuffer body = body(operation, wrong == Wrong.BODY, random, values, hostile, headers);
        if (wrong == Wrong.HEADER) {
            List<String> odd = hostile.header();
            if (odd.getFirst().equals("Content-Type")) {
                headers.clear();
            }
            headers.addAll(odd);
        }
        return new Call(operation, address(operation, thing, query), headers, body);
    }

    private static @Nullable ByteBuffer body(
            ApiDescription.Operation operation,
            boolean wrong,
            Random random,
            SchemaValues values,
            HostileValues hostile,
            List<String> headers) {
        var kinds = List.copyOf(api.bodies(operation).properties());
        if (kinds.isEmpty()) {
            return null;
        }
        var kind = kinds.get(random.nextInt(kinds.size()));
        headers.addAll(List.of("Content-Type", kind.getKey()));
        JsonNode right = values.value(kind.getValue().path("schema"), "");
        if (right.isString()) {
            right = kind.getValue().path("example");
        }
        return wrong ? ByteBuffer.wrap(hostile.body(right)) : bytes(right);
    }

    private static ByteBuffer bytes(JsonNode body) {
        return StandardCharsets.UTF_8.encode(body.isString() ? body.asString() : body.toString());
    }

    private static String named(JsonNode parameter, String value) {
        return parameter.path("name").asString()
                + "="
                + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String address(
            ApiDescription.Operation operation, String thing, List<String> query) {
        String path =
                operation
                        .path()
                        .replace("{format}", "json")
                        .replaceAll("\\{[^}]+}", thing.replace("$", "%24"));
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    /** The id of something that is there, in the state that the operation needs. */
    private static String thing(ApiDescription.Operation operation) {
        String id = UUID.randomUUID().toString();
        String path = operation.path();
        if (operation.method().equals("POST")
                && List.of("/api/scans", "/api/scans/bulk", "/api/schedules").contains(path)) {
            // For those that name a callback.
            var _ = webhookSecret();
        } else if (path.startsWith("/api/webhooks/secret/")) {
            return webhookSecret();
        } else if (path.startsWith("/api/webhooks/deliveries/")) {
            return delivery("msg_" + id);
        } else if (path.startsWith("/links/")) {
            return link(id);
        } else if (path.startsWith("/api/schedules/")) {
            return schedule(id);
        } else if (path.startsWith("/api/sites/")) {
            return site(id);
        } else if (path.startsWith("/api/decisions/")) {
            return decision(id);
        } else if (path.startsWith("/api/clients/")) {
            return erasure(id);
        } else if (path.startsWith("/api/batches")) {
            return batch(operation.path().endsWith("/events"));
        } else if (path.startsWith("/api/scans/")) {
            if (path.endsWith("/result") || path.endsWith("/links") || path.contains("/report.")) {
                report(id);
                return scan(id, "completed");
            }
            if (path.endsWith("/changes")) {
                comparison(id);
                return scan(id, "completed");
            }
            return scan(id, path.endsWith("/events") ? "cancelled" : "dispatched");
        } else if (path.startsWith("/admin/dlq/replays/")) {
            return replay(id, path.endsWith("/resume") ? "stopped" : "running");
        } else if (path.startsWith("/admin/dlq/actions/")) {
            return action(id);
        } else if (path.startsWith("/admin/dlq/") || path.contains("/queue/retry/")) {
            DeadLettersTest.bury(
                    gateway, id, 0, path.endsWith("/release") ? "quarantined" : "dead");
            return id;
        } else if (path.startsWith("/admin/keys/")) {
            return key(id);
        } else if (path.startsWith("/admin/breakers/")) {
            return "broker";
        } else if (path.startsWith("/api/monitoring/rate-limit/")) {
            scan(id, "completed");
            return "local";
        } else if (path.equals("/admin/alerts/silences") && operation.method().equals("DELETE")) {
            silence();
        }
        return "not-found";
    }

    private static String scan(String id, String status) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host, standard,
                                    priority, status, attempt, submitted_at, updated_at, score)
                                VALUES (?, 'r', 'local', 'https://example.com/', 'example.com', 'wcag22aa', 'high', ?, 1,
                                    now(), now(), 53)
                                """,
                                id,
                                status));
        return id;
    }

    private static void report(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                "INSERT INTO reports.report_view (scan_id, document, html_file, json_file) VALUES (?, '{\"score\": 53}', 'page', 'document')",
                                id));
    }

    private static String link(String id) {
        report(id);
        String links = "/api/scans/%s/links".formatted(scan(id, "completed"));
        Answer made =
                gateway.send(
                        authorized(links)
                                .header("Content-Type", RunningGateway.JSON)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"format\": \"json\"}")));
        return made.json().path("url").asString().replaceFirst(".*/", "");
    }

    private static String decision(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO gateway.decisions (id, client, decision, fingerprint, reason, decided_by)
                                VALUES (?::uuid, 'local', 'ignored', 'f', 'x', 'x')
                                """,
                                id));
        return id;
    }

    private static void comparison(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.comparison_view (scan_id, client, completed_at, engine, whole, found)
                                VALUES (?, 'local', now(), 'axe-core 4.14.1', true, 0)
                                """,
                                id));
    }

    private static String site(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.site_view VALUES (?, 'local',
                                    '{"url": "https://example.com/", "from": "crawl", "requestId": "r",
                                      "submittedAt": "2026-11-22T09:00:00Z", "ended": false,
                                      "pages": {"limit": 500, "found": 3, "waiting": 2, "submitted": 1, "completed": 1,
                                                "deadLettered": 0, "cancelled": 0},
                                      "skipped": {"robots": 0, "depth": 0, "pattern": 0, "duplicate": 0, "canonical": 0,
                                                  "limit": 0, "stopped": 0},
                                      "otherSite": 4, "sitemaps": 0,
                                      "coverage": {"templates": 1, "rules": 5, "pagesSinceNew": 0}, "problems": []}',
                                    now())
                                """,
                                id));
        return id;
    }

    /** The only one, since a client may not have any number. */
    private static String schedule(String id) {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute("DELETE FROM gateway.schedules WHERE client = 'local'");
                    handle.execute(
                            """
                            INSERT INTO gateway.schedules (id, client, name, cron, zone, plan, made_by, pages, first_url,
                                order_text, next_at, last_run)
                            VALUES (?::uuid, 'local', 'there already', '30 3 * * *', 'UTC', 'unlimited', 'ci', 1,
                                'https://example.com/', '{"scan": {"url": "https://example.com/"}}',
                                now() + interval '1 day',
                                '{"plannedAt": "2026-11-22T03:30:00Z", "at": "2026-11-22T03:30:01Z",
                                  "outcome": "refused", "accepted": 0, "refused": 1, "reason": "the limit"}')
                            """,
                            id);
                });
        return id;
    }

    /** One that is dead, and will be so again, because nobody here may be told. */
    private static String delivery(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO gateway.callback_deliveries
                                    (id, client, type, subject_id, url, host, body, state, attempts, last_status,
                                     last_error, ended_at)
                                VALUES (?, 'local', 'scan.completed', 's', 'http://127.0.0.1/', '127.0.0.1', '{}', 'dead',
                                    12, 500, 'answered with 500', now())
                                """,
                                id));
        return id;
    }

    /** Of a client of the same name, because both stand in the path. */
    private static String erasure(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO gateway.erasure (id, client, request_id, ordered_by, reason, ordered_at)
                                VALUES (?, ?, 'r', 'ann', 'gone', now())
                                """,
                                id,
                                id));
        return id;
    }

    private static String webhookSecret() {
        Answer made =
                gateway.send(
                        authorized("/api/webhooks/secret")
                                .POST(HttpRequest.BodyPublishers.noBody()));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("id").asString();
    }

    private static String batch(boolean ended) {
        String name = ended ? "ended" : "nightly";
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.batch_view VALUES (?, 'local', 3, ?, 0, 0, 1, 0, 0, now())
                                ON CONFLICT DO NOTHING
                                """,
                                name,
                                ended ? 0 : 2));
        return name;
    }

    private static String replay(String id, String state) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.replay_view (id, request_id, ordered_by, reason, ordered_at, plan,
                                    state, chosen, published, completed, died_again, cancelled, under_way, waiting, skipped)
                                VALUES (?, 'r', 'ann', '', now(), '{"filter": {}}', ?, 3, 1, 1, 0, 0, 0, 2, '{}')
                                """,
                                id,
                                state));
        return id;
    }

    private static String action(String id) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO dead_letters.operator_action_view
                                VALUES (?, 'r', 'purge', NULL, NULL, '{"host": "example.com"}', 'ann', 'gone', now(), 'done',
                                    3, now())
                                """,
                                id));
        return id;
    }

    private static String key(String name) {
        Answer made =
                gateway.send(
                        authorized("/admin/keys")
                                .header("Content-Type", RunningGateway.JSON)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"name\": \"%s\"}".formatted(name))));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("id").asString();
    }

    /** A key of a client of that name, with these scopes and that plan. */
    private static String secret(String client, String scopes, String plan) {
        Answer made =
                gateway.send(
                        authorized("/admin/keys")
                                .header("Content-Type", RunningGateway.JSON)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"name\": \"x\", \"client\": \"%s\", \"scopes\": %s, \"plan\": \"%s\"}"
                                                        .formatted(client, scopes, plan))));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    private static String others(Scope scope) {
        return Scope.BY_WORD.values().stream()
                .filter(other -> other != scope)
                .map(other -> "\"" + other.word() + "\"")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static void silence() {
        gateway.send(
                authorized("/admin/alerts/silences")
                        .header("Content-Type", RunningGateway.JSON)
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"alert\": \"host-error-rate/shop.example\", \"minutes\": 1, \"reason\": \"x\"}")));
    }

    private static HttpRequest.Builder authorized(String path) {
        return gateway.request(path).header("Authorization", "Bearer " + FIRST.secret());
    }

    private static Answer send(Call call) {
        HttpRequest.Builder request =
                call.headers().contains("Authorization")
                        ? gateway.request(call.address())
                        : authorized(call.address());
        if (!call.headers().isEmpty()) {
            request.headers(call.headers().toArray(String[]::new));
        }
        request.method(
                call.operation().method(),
                call.body() == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(
                                call.body().array(), 0, call.body().limit()));
        try {
            var response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (var body = response.body()) {
                // A stream of events has no end that one could wait for.
                boolean endless =
                        response.headers()
                                .firstValue("Content-Type")
                                .orElse("")
                                .startsWith("text/event-stream");
                return new Answer(
                        response.statusCode(),
                        response.headers().map(),
                        endless ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return fail("no answer to " + call, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String shortened(String text) {
        String shown = JsonMapper.shared().writeValueAsString(text);
        return shown.length() <= 300 ? shown : shown.substring(0, 300) + "…";
    }
}
