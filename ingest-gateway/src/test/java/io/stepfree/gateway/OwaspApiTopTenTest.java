package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.Routes.Route;
import io.stepfree.gateway.access.Scope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * The OWASP API Security Top 10 (2023), each against the running gateway. Where one is about every
 * route, the routes are asked from the gateway itself, so that a new one cannot be forgotten.
 */
@ExtendWith(KeyedGateway.Extension.class)
final class OwaspApiTopTenTest {

    private static final String CLEAN = "{\"url\": \"https://example.com/\"}";

    private final KeyedGateway gateway;

    OwaspApiTopTenTest(KeyedGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    @DisplayName("API1 Broken object level authorization: what is of another client is not there")
    void api1WhatIsOfAnotherClientIsNotThere() {
        String owner = gateway.key("{\"name\": \"api1 owner\", \"client\": \"acme\"}");
        String other =
                gateway.key(
                        "{\"name\": \"api1 other\", \"client\": \"api1\", \"plan\": \"unlimited\"}");
        var walked = new ArrayList<String>();
        for (Route route : routes()) {
            String path = route.path(KeyedGateway.SCAN, KeyedGateway.BATCH);
            Answer answer = ask(other, route, path);
            if (route.isOfOneThing()) {
                answer.problem(404, "not-found");
                walked.add(route.toString());
            }
            // Its examples name a client, too.
            if (!path.equals("/openapi.json")) {
                assertThat(answer.body())
                        .as("%s", route)
                        .doesNotContain("acme", "https://acme.example/");
            }
        }

        assertThat(walked)
                .contains(
                        "GET /api/scans/{id}",
                        "DELETE /api/scans/{id}",
                        "GET /api/scans/{id}/events",
                        "GET /api/batches/{id}",
                        "DELETE /api/batches/{id}");
        // It is the client that they are hidden by.
        assertThat(gateway.as(owner, "GET", "/api/scans/" + KeyedGateway.SCAN, null).status())
                .isEqualTo(200);
        assertThat(gateway.as(owner, "GET", "/api/batches/" + KeyedGateway.BATCH, null).status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("API2 Broken authentication: no route answers whoever has no good key")
    void api2NoRouteAnswersWithoutAGoodKey() {
        String good = gateway.key("{\"name\": \"api2\", \"client\": \"api2\"}");
        String mistyped = good.substring(0, good.length() - 1) + (good.endsWith("a") ? 'b' : 'a');
        for (Route route : routes()) {
            String path = route.path(KeyedGateway.SCAN, KeyedGateway.BATCH);
            // A link is a key itself, for one report.
            if (isProbe(path)
                    || path.equals("/openapi.json")
                    || path.startsWith("/problems")
                    || path.startsWith("/links/")) {
                continue;
            }
            assertThat(withHeaders(route, path, List.of()).status())
                    .as("%s without a key", route)
                    .isEqualTo(401);
            assertThat(withHeaders(route, path, List.of("Bearer " + mistyped)).status())
                    .as("%s with a mistyped key", route)
                    .isEqualTo(401);
        }
        Route list = route("GET /api/scans");
        for (List<String> headers :
                List.of(
                        List.of("Basic " + base64("ci:" + good)),
                        List.of(good),
                        List.of("Bearer " + good, "Bearer " + good),
                        List.of("Bearer " + none("{\"alg\":\"none\"}")),
                        List.of("Bearer " + "a".repeat(8_000)))) {
            withHeaders(list, "/api/scans", headers).problem(401, "unauthenticated");
        }
        // A key in an address would stand in every log on its way.
        withHeaders(list, "/api/scans?key=" + good, List.of()).problem(401, "unauthenticated");
        assertThat(withHeaders(list, "/api/scans", List.of("Bearer " + good)).status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName(
            "API3 Broken object property level authorization: nobody sets or sees what is not theirs")
    void api3NobodySetsOrSeesWhatIsNotTheirs() {
        String key = gateway.key("{\"name\": \"api3\", \"client\": \"api3\"}");
        for (String field :
                List.of(
                        "client",
                        "id",
                        "scanId",
                        "status",
                        "score",
                        "requestId",
                        "replays",
                        "scopes",
                        "plan",
                        "host",
                        "submittedAt")) {
            Answer answer =
                    gateway.as(
                            key,
                            "POST",
                            "/api/scans",
                            "{\"url\": \"https://example.com/\", \"%s\": \"acme\"}"
                                    .formatted(field));
            answer.problem(400, "invalid-fields");
            assertThat(answer.pointers()).containsExactly("/" + field);
        }
        for (String field : List.of("id", "key", "hash", "prefix", "createdBy", "revokedAt")) {
            Answer answer =
                    gateway.as(
                            gateway.firstKey(),
                            "POST",
                            "/admin/keys",
                            "{\"name\": \"api3 more\", \"%s\": \"x\"}".formatted(field));
            answer.problem(400, "invalid-fields");
            assertThat(answer.pointers()).containsExactly("/" + field);
        }
        gateway.as(key, "GET", "/api/scans?client=acme", null).problem(400, "invalid-fields");

        Answer keys = gateway.as(gateway.firstKey(), "GET", "/admin/keys?limit=500", null);
        for (JsonNode row : keys.json().path("items")) {
            assertThat(row.propertyNames()).doesNotContain("key", "hash");
        }
        assertThat(keys.body()).doesNotContain(key.substring(12));
        String secret =
                """
                {"url": "https://example.com/", "options": {"headers": {"X-Token": "s3cret-of-api3"},
                 "basicAuth": {"username": "ann", "password": "s3cret-of-api3"}}}
                """;
        Answer submitted = gateway.as(key, "POST", "/api/scans", secret);
        assertThat(submitted.status()).as(submitted.body()).isEqualTo(202);
        String path = "/api/scans/" + submitted.json().path("id").asString();
        assertThat(gateway.as(key, "GET", path, null).body())
                .doesNotContain("s3cret-of-api3", "options");
    }

    @Test
    @DisplayName("API4 Unrestricted resource consumption: everything that is taken has a bound")
    void api4EverythingThatIsTakenHasABound() throws IOException {
        String first = gateway.firstKey();
        gateway.as(first, "POST", "/api/scans", "{" + " ".repeat(64 * 1024) + "}")
                .problem(413, "body-too-large");
        gateway.as(first, "POST", "/api/scans", "[".repeat(17)).problem(400, "malformed-body");
        for (Route route : routes()) {
            if (route.method().equals("GET")
                    && !route.pattern().contains("{")
                    && takesLimit(route)) {
                assertThat(
                                gateway.as(first, "GET", route.pattern() + "?limit=501", null)
                                        .problem(400, "invalid-fields")
                                        .at("/errors/0/detail")
                                        .asString())
                        .contains("from 1 to ");
            }
        }
        gateway.running()
                .sendRaw(
                        "GET /livez HTTP/1.1\r\nHost: localhost\r\n%sConnection: close\r\n\r\n"
                                .formatted("X-One: 1\r\n".repeat(99)))
                .problem(400, "bad-request");
        String key = gateway.key("{\"name\": \"api4\", \"client\": \"api4\"}");
        var statuses = new TreeSet<Integer>();
        Answer last = gateway.as(key, "GET", "/api/rate-limit", null);
        for (int i = 0; i < 200 && last.status() == 200; i++) {
            last = gateway.as(key, "GET", "/api/rate-limit", null);
            statuses.add(last.status());
        }
        assertThat(statuses).containsExactly(200, 429);
        last.problem(429, "rate-limited");
        assertThat(last.header("Retry-After")).isNotBlank();
    }

    @Test
    @DisplayName("API5 Broken function level authorization: a scope opens its routes and no others")
    void api5AScopeOpensItsRoutesAndNoOthers() {
        for (Scope given : Scope.values()) {
            String key =
                    gateway.key(
                            "{\"name\": \"api5 %s\", \"client\": \"api5-%s\", \"plan\": \"unlimited\", \"scopes\": [\"%s\"]}"
                                    .formatted(given.word(), given.word(), given.word()));
            for (Route route : routes()) {
                Scope needed = route.scope();
                if (needed == null || needed == given) {
                    continue;
                }
                ask(key, route, route.path(KeyedGateway.SCAN, KeyedGateway.BATCH))
                        .problem(403, "forbidden");
            }
        }
        for (Route route : routes()) {
            if (route.pattern().startsWith("/admin")
                    || route.pattern().startsWith("/api/monitoring")) {
                assertThat(route.scope()).as("%s", route).isEqualTo(Scope.ADMIN);
            }
        }
    }

    @Test
    @DisplayName(
            "API6 Unrestricted access to sensitive flows: what costs or destroys is counted or confirmed")
    void api6WhatCostsOrDestroysIsCountedOrConfirmed() {
        String key = gateway.key("{\"name\": \"api6\", \"client\": \"api6\"}");
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.as(key, "POST", "/api/scans", CLEAN).status()).isEqualTo(202);
        }
        Answer refused = gateway.as(key, "POST", "/api/scans", CLEAN);
        refused.problem(429, "rate-limited");
        assertThat(Integer.parseInt(String.valueOf(refused.header("Retry-After")))).isPositive();
        String first = gateway.firstKey();
        gateway.as(first, "POST", "/admin/dlq/purge", "{\"reason\": \"all of it\"}")
                .problem(400, "invalid-fields");
        gateway.as(first, "POST", "/admin/dlq/replays", "{\"reason\": \"all of it\"}")
                .problem(400, "invalid-fields");
        gateway.as(first, "POST", "/admin/keys", "{\"name\": \"api6\", \"client\": \"api6\"}");
        gateway.as(first, "POST", "/admin/keys", "{\"name\": \"api6\", \"client\": \"api6\"}")
                .problem(409, "conflict");
    }

    @Test
    @DisplayName(
            "API7 Server side request forgery: the gateway itself connects to nobody it is told of")
    void api7TheGatewayConnectsToNobodyItIsToldOf() throws IOException {
        try (var victim = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String address = "http://127.0.0.1:%d/".formatted(victim.getLocalPort());
            gateway.as(gateway.firstKey(), "POST", "/api/scans", "{\"url\": \"" + address + "\"}")
                    .problem(400, "invalid-fields");
            String token =
                    none(
                            "{\"alg\":\"RS256\",\"jku\":\"%s\",\"x5u\":\"%s\"}"
                                    .formatted(address, address));
            withHeaders(route("GET /api/scans"), "/api/scans", List.of("Bearer " + token))
                    .problem(401, "unauthenticated");

            victim.setSoTimeout(500);
            assertThatThrownBy(victim::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    @DisplayName("API8 Security misconfiguration: nothing is open or told that need not be")
    void api8NothingIsOpenOrToldThatNeedNotBe() throws IOException {
        for (String path :
                List.of(
                        "/actuator/env",
                        "/actuator/beans",
                        "/actuator/heapdump",
                        "/actuator/threaddump",
                        "/actuator/loggers",
                        "/actuator/configprops",
                        "/actuator/shutdown",
                        "/swagger-ui/index.html",
                        "/console")) {
            assertThat(gateway.as(gateway.firstKey(), "GET", path, null).status())
                    .as(path)
                    .isEqualTo(404);
        }
        gateway.running()
                .sendRaw("TRACE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .problem(405, "method-not-allowed");
        for (Route route : routes()) {
            Answer answer = withHeaders(route, route.path("%7B%7D", "%7B%7D"), List.of("Bearer x"));
            assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(answer.header("Content-Security-Policy")).isNotBlank();
            // What is the same for all may be kept.
            if (!route.pattern().equals("/openapi.json")
                    && !route.pattern().startsWith("/problems")) {
                assertThat(answer.header("Cache-Control")).contains("no-store");
            }
            assertThat(answer.header("Server")).isNull();
            assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
            assertThat(answer.body())
                    .doesNotContain("Exception", "at io.stepfree", "org.springframework", "Tomcat");
        }
    }

    @Test
    @DisplayName("API9 Improper inventory management: every route is documented")
    void api9EveryRouteIsDocumented() throws IOException {
        Path docs = Path.of("..", "docs");
        String pages =
                Files.readString(docs.resolve("api.md"))
                        + Files.readString(docs.resolve("health.md"));
        var missing = new ArrayList<String>();
        for (Route route : routes()) {
            String pattern =
                    Stream.of(route.pattern().split("\\{[^}]+}", -1))
                            .map(Pattern::quote)
                            .reduce((a, b) -> a + "[^/\\s`]+" + b)
                            .orElseThrow();
            if (!Pattern.compile(pattern + "(?![A-Za-z/{-])").matcher(pages).find()) {
                missing.add(route.toString());
            }
        }

        assertThat(missing).as("routes that no page of docs/ names").isEmpty();
    }

    @Test
    @DisplayName("API10 Unsafe consumption of APIs: what pages and topics say stays text")
    void api10WhatPagesAndTopicsSayStaysText() throws Exception {
        String id = "01890a5d-ac96-774b-bcce-b302099a9010";
        String hostile =
                "</script><img src=x onerror=alert(1)>\n\nevent: completed\ndata: forged\u2028";
        gateway.running()
                .jdbi()
                .useHandle(handle ->
                        handle.createUpdate(
                                        """
                                        INSERT INTO reports.scan_status_view (scan_id, request_id, client, url, host,
                                            standard, priority, status, attempt, submitted_at, updated_at, failure)
                                        VALUES (:id, 'r', 'api10', 'https://x.example/', 'x.example', 'wcag22aa', 'HIGH',
                                            'retrying', 1, now(), now(),
                                            jsonb_build_object('type', 'navigation', 'message', CAST(:hostile AS text)))
                                        """)
                                .bind("id", id)
                                .bind("hostile", hostile)
                                .execute());
        String key = gateway.key("{\"name\": \"api10\", \"client\": \"api10\"}");

        Answer answer = gateway.as(key, "GET", "/api/scans/" + id, null);

        assertThat(answer.json().at("/failure/message").asString()).isEqualTo(hostile);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'");
        assertThat(gateway.firstLines(key, "/api/scans/" + id + "/events", "data: "))
                .filteredOn(line -> line.startsWith("event:") || line.startsWith("data:"))
                .hasSize(2)
                .noneMatch(line -> line.startsWith("event: completed"))
                .allMatch(line -> line.chars().allMatch(c -> c >= ' ' && c < 127));
    }

    private List<Route> routes() {
        return Routes.of(gateway.running());
    }

    private Route route(String name) {
        return routes().stream()
                .filter(route -> route.toString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isProbe(String path) {
        return path.equals("/livez") || path.equals("/readyz") || path.startsWith("/actuator");
    }

    private boolean takesLimit(Route route) {
        return gateway.as(gateway.firstKey(), "GET", route.pattern() + "?limit=0", null)
                .body()
                .contains("from 1 to ");
    }

    private Answer ask(String key, Route route, String path) {
        return gateway.as(key, route.method(), path, route.changes() ? "{}" : null);
    }

    private Answer withHeaders(Route route, String path, List<String> authorization) {
        var request =
                gateway.running()
                        .request(path)
                        .header("Content-Type", "application/json")
                        .method(
                                route.method(),
                                route.changes()
                                        ? HttpRequest.BodyPublishers.ofString("{}")
                                        : HttpRequest.BodyPublishers.noBody());
        authorization.forEach(value -> request.header("Authorization", value));
        return gateway.running().send(request);
    }

    private static String none(String header) {
        return "%s.%s.".formatted(base64(header), base64("{\"sub\":\"ann\",\"aud\":\"stepfree\"}"));
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
