package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stepfree.schemas.topic.Topics;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What hostile clients send, row by row of docs/hostile-inputs.md: each is refused, and an
 * identical clean request right after it is served. Slow ones are in {@link SlowRequestsTest}.
 */
@ExtendWith(KeyedGateway.Extension.class)
@Execution(ExecutionMode.SAME_THREAD)
final class HostileInputsTest {

    private static final String CLEAN = "https://example.com/";

    private final KeyedGateway gateway;
    private long publishedBefore;
    private int taken;

    HostileInputsTest(KeyedGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void count() {
        publishedBefore = gateway.running().published(Topics.SCAN_REQUESTS);
    }

    /** Of all that was sent only the clean one went on. */
    @AfterEach
    void aCleanScanRightAfterItIsTaken() {
        Answer clean = submit(JsonMapper.shared().writeValueAsString(Map.of("url", CLEAN)));

        assertThat(clean.status()).as(clean.body()).isEqualTo(202);
        assertThat(gateway.running().published(Topics.SCAN_REQUESTS))
                .isEqualTo(publishedBefore + taken + 1);
    }

    static Stream<Arguments> anAddressIsRefused() {
        return Stream.of(
                        row("S1", "http://127.0.0.1/"),
                        row(
                                "S2",
                                "http://localhost/",
                                "http://LOCALHOST/",
                                "http://x.localhost/",
                                "http://localhost./"),
                        row("S3", "http://[::1]/", "http://[::]/"),
                        row("S4", "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
                        row("S5", "http://2130706433/"),
                        row("S6", "http://0x7f.1/"),
                        row("S7", "http://017700000001/"),
                        row("S8", "http://127.1/"),
                        row("S9", "http://0.0.0.0/", "http://0/"),
                        row("S10", "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/"),
                        row(
                                "S11",
                                "http://10.0.0.1/",
                                "http://172.16.0.1/",
                                "http://172.31.255.255/",
                                "http://192.168.1.1/"),
                        row(
                                "S12",
                                "http://169.254.169.254/latest/meta-data/",
                                "http://metadata.google.internal/",
                                "http://[fd00:ec2::254]/"),
                        row("S13", "http://100.64.0.1/", "http://100.127.255.255/"),
                        row(
                                "S14",
                                "http://198.18.0.1/",
                                "http://192.0.0.1/",
                                "http://240.0.0.1/",
                                "http://0.1.2.3/",
                                "http://255.255.255.255/"),
                        row(
                                "S15",
                                "http://[fc00::1]/",
                                "http://[fd12:3456::1]/",
                                "http://[fe80::1]/",
                                "http://[fec0::1]/"),
                        row(
                                "S16",
                                "http://[64:ff9b::7f00:1]/",
                                "http://[2002:7f00:1::]/",
                                "http://[2001:0:7f00:1::]/",
                                "http://[::10.0.0.1]/"),
                        row("S17", "http://224.0.0.1/", "http://[ff02::1]/"),
                        row("S18", "http://example.com@127.0.0.1/"),
                        row("S19", "http://127.0.0.1:6666\\@1.1.1.1/"),
                        row(
                                "S20",
                                "http://exa mple.com/",
                                "http://exa\tmple.com/",
                                "http://example.com\r\nHost: x/",
                                "http://example.com%00.evil.example/"),
                        row("S21", "file:///etc/passwd"),
                        row("S22", "FILE:///etc/passwd"),
                        row("S23", "\\\\localhost\\etc\\passwd", "file://localhost/etc/passwd"),
                        row("S24", "file:///tmp/"),
                        row(
                                "S25",
                                "chrome://settings/",
                                "view-source:https://example.com/",
                                "devtools://devtools/bundled/inspector.html",
                                "about:blank"),
                        row(
                                "S26",
                                "javascript:alert(1)",
                                "data:text/html,hello",
                                "blob:https://example.com/1",
                                "filesystem:https://example.com/temporary/x"),
                        row(
                                "S27",
                                "ftp://example.com/",
                                "gopher://example.com/",
                                "ws://example.com/",
                                "intent://example.com/#Intent;scheme=http;end"),
                        row("S28", "http:///x", "example.com", "//example.com/"),
                        row(
                                "S29",
                                "http://example.com:22/",
                                "http://example.com:25/",
                                "http://example.com:5432/",
                                "http://example.com:6379/",
                                "http://example.com:9092/"),
                        row(
                                "S41",
                                "https://" + "a".repeat(64) + ".example/",
                                "https://xn--\u00fc.example/",
                                CLEAN + "a".repeat(2_049 - CLEAN.length())))
                .flatMap(row -> row);
    }

    private static Stream<Arguments> row(String id, String... addresses) {
        return Stream.of(addresses)
                .map(address ->
                        arguments(
                                id,
                                address.length() > 80 ? address.substring(0, 80) : address,
                                address));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void anAddressIsRefused(String row, String shown, String address) {
        Answer answer = submit(JsonMapper.shared().writeValueAsString(Map.of("url", address)));

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).as("%s %s", row, shown).containsExactly("/url");
    }

    @Test
    @DisplayName("S30: the service's own gateway, by its address and by its name")
    void s30TheServiceItself() {
        for (String host : List.of("127.0.0.1", "localhost", "[::1]", "0.0.0.0")) {
            String own = "http://%s:%d/api/scans".formatted(host, gateway.running().port());
            submit(JsonMapper.shared().writeValueAsString(Map.of("url", own)))
                    .problem(400, "invalid-fields");
        }
    }

    @Test
    @DisplayName("S41: an address of a megabyte")
    void s41AnAddressOfAMegabyte() {
        submit("{\"url\": \"https://example.com/%s\"}".formatted("a".repeat(1_000_000)))
                .problem(413, "body-too-large");
    }

    static Stream<Arguments> anOptionIsRefused() {
        String nested = ":not(".repeat(120);
        return Stream.of(
                arguments(
                        "S43 a selector made to take long",
                        "{\"waitFor\": {\"selector\": \"%s\"}}".formatted(nested),
                        "/options/waitFor/selector"),
                arguments(
                        "S43 a language list made to take long",
                        "{\"language\": \"%s!\"}".formatted("a-".repeat(5_000)),
                        "/options/language"),
                arguments(
                        "S45 a header with CRLF",
                        "{\"headers\": {\"X-Preview\": \"yes\\r\\nHost: x\"}}",
                        "/options/headers/X-Preview"),
                arguments(
                        "S45 Host",
                        "{\"headers\": {\"Host\": \"127.0.0.1\"}}",
                        "/options/headers/Host"),
                arguments(
                        "S45 Cookie",
                        "{\"headers\": {\"Cookie\": \"a=b\"}}",
                        "/options/headers/Cookie"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void anOptionIsRefused(String row, String options, String pointer) {
        Answer answer = submit("{\"url\": \"%s\", \"options\": %s}".formatted(CLEAN, options));

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).as(row).containsExactly(pointer);
    }

    @ParameterizedTest(name = "S44: {0}")
    @ValueSource(strings = {"a\\nb", "a\\r\\nX: y", "a\\u2028b", "a\\u0000b", "a\\u001b[31m"})
    void aNewlineInABatch(String batch) {
        Answer answer = submit("{\"url\": \"%s\", \"batch\": \"%s\"}".formatted(CLEAN, batch));

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly("/batch");
    }

    @Test
    @DisplayName("S46: nesting 10,000 deep, and one deeper than is taken")
    void s46DeepNesting() {
        for (int depth : new int[] {17, 51, 10_000}) {
            submit("{\"url\": \"%s\", \"options\": %s}".formatted(CLEAN, "[".repeat(depth)))
                    .problem(400, "malformed-body");
        }
    }

    @Test
    @DisplayName("S46: a body of 100 MB is refused before it is sent")
    void s46AHugeBody() throws IOException {
        gateway.running()
                .sendRaw(
                        "POST /api/scans HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 104857600\r\n\r\n"
                                .formatted(gateway.firstKey()))
                .problem(413, "body-too-large");
    }

    @Test
    @DisplayName("S46: a key twice, and a number that is none")
    void s46WhatIsThereTwiceAndWhatIsTooLarge() {
        submit("{\"url\": \"%s\", \"url\": \"%s\"}".formatted(CLEAN, CLEAN))
                .problem(400, "malformed-body");
        submit("{\"url\": \"%s\", \"options\": {\"timeoutMillis\": 1e99999}}".formatted(CLEAN))
                .problem(400, "invalid-fields");
    }

    @ParameterizedTest(name = "S47: {0}")
    @ValueSource(strings = {"${jndi:ldap://127.0.0.1/x}", "a b", "\u001b[31mred", "<script>"})
    void aRequestIdIsReplaced(String id) throws IOException {
        Answer answer =
                gateway.running()
                        .sendRaw(
                                "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: %s\r\nConnection: close\r\n\r\n"
                                        .formatted(id));

        // Tomcat itself takes no control character in a header.
        assertThat(answer.status()).isIn(200, 400);
        assertThat(answer.header("X-Request-ID")).matches("[A-Za-z0-9._:-]{1,64}");
        assertThat(answer.body()).doesNotContain(id);
    }

    @Test
    @DisplayName("S47: a request id of 10 kB, and one that would begin a header of its own")
    void s47ALongRequestIdAndOneWithANewline() throws IOException {
        for (String id : List.of("a".repeat(10_240), "a\r\nX-Forged: yes")) {
            Answer answer =
                    gateway.running()
                            .sendRaw(
                                    "GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: %s\r\nConnection: close\r\n\r\n"
                                            .formatted(id));
            assertThat(answer.header("X-Forged")).isNull();
            assertThat(answer.header("X-Request-ID")).hasSizeLessThanOrEqualTo(64);
        }
    }

    @Test
    @DisplayName("S48: an idempotency key with another body, and the same fifty times at once")
    void s48OneKeyManyTimes() throws Exception {
        var answers = new ArrayList<Future<Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                answers.add(threads.submit(() -> submitOnce("s48", CLEAN)));
            }
        }
        var ids = new HashSet<String>();
        for (var answer : answers) {
            // Whoever comes while the first is at it is told to come again.
            if (answer.get().status() == 202) {
                ids.add(answer.get().json().path("id").asString());
            } else {
                assertThat(answer.get().status()).isIn(409, 503);
            }
        }
        assertThat(ids).hasSize(1);

        // On a busy machine some wait too long for a connection, and the database is left alone
        // then.
        Awaitility.await().until(() -> submitOnce("s48", CLEAN).status() == 202);
        submitOnce("s48", CLEAN + "other").problem(422, "idempotency-key-reused");
        // The one scan may have been told again by who came while the first was not acknowledged.
        taken =
                Math.toIntExact(
                        gateway.running().published(Topics.SCAN_REQUESTS) - publishedBefore);
        assertThat(taken).isPositive();
    }

    @Test
    @DisplayName("S49: the scan, stream, batch and dead letter of another client")
    void s49WhatIsOfAnotherClient() {
        String other = gateway.key("{\"name\": \"s49\", \"client\": \"stranger\"}");
        for (String path :
                List.of(
                        "/api/scans/" + KeyedGateway.SCAN,
                        "/api/scans/" + KeyedGateway.SCAN + "/events",
                        "/api/batches/" + KeyedGateway.BATCH,
                        "/api/batches/" + KeyedGateway.BATCH + "/events")) {
            gateway.as(other, "GET", path, null).problem(404, "not-found");
        }
        gateway.as(other, "POST", "/admin/dlq/retry/" + KeyedGateway.SCAN, "{}")
                .problem(403, "forbidden");
    }

    @ParameterizedTest(name = "S50: {0}")
    @ValueSource(
            strings = {
                "/api/scans/..%2f..%2f..%2fetc%2fpasswd",
                "/api/scans/..%5c..%5cetc%5cpasswd",
                "/api/scans/%2e%2e/%2e%2e/etc/passwd",
                "/api/scans/..;/..;/etc/passwd",
                "/api/scans/..%252f..%252fetc%252fpasswd",
                "/api/batches/..%2f..%2fetc%2fpasswd",
                "/api/batches/%00",
                "/../../../../etc/passwd",
                "//etc/passwd"
            })
    void aPathThatLeadsOutside(String path) throws IOException {
        Answer answer =
                gateway.running()
                        .sendRaw(
                                "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                                        .formatted(path, gateway.firstKey()));

        assertThat(answer.status()).as(answer.body()).isIn(400, 404);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.body()).doesNotContain("root:");
    }

    @Test
    @DisplayName("O6: control characters of a path or a query come back as signs, not as commands")
    void o6WhatATerminalWouldObey() {
        for (String path :
                List.of(
                        "/nothing/%1b%5b31m%0d%0aforged",
                        "/api/scans?limit=%1b%5b31m%0d%0aforged",
                        "/api/scans?%1b%5b31m=%0d%0aforged",
                        "/admin/keys/%1b%5b31m")) {
            Answer answer = gateway.as(gateway.firstKey(), "GET", path, null);

            assertThat(answer.status()).as("%s: %s", path, answer.body()).isIn(400, 404);
            assertThat(answer.body()).doesNotContain("\u001b", "\r", "\\u001b", "\\r");
        }
    }

    @Test
    @DisplayName("O7: NUL and half a surrogate pair, in every route's path, query and body")
    void o7WhatNeitherPostgresNorJsonCanHold() {
        List<String> parameters =
                List.of("client", "host", "batch", "q", "pattern", "engine", "cursor", "action");
        var broken = new ArrayList<String>();
        for (Routes.Route route : Routes.of(gateway.running())) {
            var paths =
                    new ArrayList<>(
                            List.of(
                                    route.path("%00", "%00"),
                                    route.path("a%ED%A0%80", "a%ED%A0%80")));
            parameters.forEach(
                    name -> paths.add(route.path(KeyedGateway.SCAN, "b") + "?" + name + "=%00"));
            for (String asked : paths) {
                Answer answer =
                        gateway.as(
                                gateway.firstKey(),
                                route.method(),
                                asked,
                                route.changes() ? "{\"reason\": \"a\\u0000b\"}" : null);
                if (answer.status() == 500) {
                    broken.add("%s %s".formatted(route.method(), asked));
                }
            }
        }
        assertThat(broken).as("what ends as an error of ours").isEmpty();
        for (String bad : List.of("\\u0000", "\\ud800", "\\udc00x")) {
            Answer answer = submit("{\"url\": \"https://example.com/%s\"}".formatted(bad));
            assertThat(answer.status()).as(answer.body()).isEqualTo(400);
            JsonNode problem = answer.json();
            assertThat(problem.path("errors").toString()).doesNotContain("\\u0000");
        }
    }

    private Answer submit(String body) {
        return gateway.as(gateway.firstKey(), "POST", "/api/scans", body);
    }

    private Answer submitOnce(String key, String url) {
        return gateway.running()
                .send(
                        gateway.running()
                                .request("/api/scans")
                                .header("Authorization", "Bearer " + gateway.firstKey())
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", key)
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                JsonMapper.shared()
                                                        .writeValueAsString(Map.of("url", url)))));
    }
}
