package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stepfree.schemas.topic.Topics;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever is wrong is named by its field, and nothing is published. */
@ExtendWith(GatewayExtension.class)
final class RefusedInputTest {

    private static final String GOOD = "\"url\": \"https://example.com/\"";

    private final RunningGateway gateway;
    private long publishedBefore;

    RefusedInputTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @BeforeEach
    void countBefore() {
        publishedBefore = gateway.published(Topics.SCAN_REQUESTS);
    }

    @AfterEach
    void nothingWasPublished() {
        assertThat(gateway.published(Topics.SCAN_REQUESTS)).isEqualTo(publishedBefore);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                arguments("", ""),
                arguments("   ", ""),
                arguments("{", ""),
                arguments("{\"url\": \"https://example.com/", "/url"),
                arguments("{\"url\": https}", "/url"),
                arguments("{'url': 'https://example.com/'}", ""),
                arguments("{%s,}".formatted(GOOD), "/url"),
                arguments("{%s} {%s}".formatted(GOOD, GOOD), ""),
                arguments("{%s, %s}".formatted(GOOD, GOOD), "/url"),
                arguments(
                        "{%s, \"options\": {\"timeoutMillis\": 2000, \"timeoutMillis\": 3000}}"
                                .formatted(GOOD),
                        "/options/timeoutMillis"),
                arguments("{\"url\": \"https://example.com/\\ud800\"}", "/url"),
                arguments("{%s, \"options\": [{\"\\udc00\": 1}]}".formatted(GOOD), "/options/0"),
                arguments("{%s, \"\\ud800\": 1, \"\\ud800\": 1}".formatted(GOOD), "/\ufffd"),
                arguments("{%s, \"options\": NaN}".formatted(GOOD), "/options"));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String body, String pointer) {
        Answer answer = gateway.post("/api/scans", body);

        answer.problem(400, "malformed-body");
        assertThat(answer.pointers()).containsExactly(pointer);
    }

    @Test
    void deepNestingIsMalformed() {
        Answer answer =
                gateway.post(
                        "/api/scans", "{%s, \"options\": %s}".formatted(GOOD, "[".repeat(10_000)));

        answer.problem(400, "malformed-body");
        assertThat(answer.pointers().getFirst()).startsWith("/options/0/0");
    }

    @Test
    void bytesThatAreNotUtf8AreMalformed() {
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Content-Type", RunningGateway.JSON)
                                .POST(
                                        HttpRequest.BodyPublishers.ofByteArray(
                                                "{\"url\": \"https://example.com/\u00e9\"}"
                                                        .getBytes(StandardCharsets.ISO_8859_1))));

        answer.problem(400, "malformed-body");
        assertThat(answer.pointers()).containsExactly("");
    }

    static Stream<Arguments> wrongFields() {
        return Stream.of(
                arguments("[]", ""),
                arguments("null", ""),
                arguments("\"https://example.com/\"", ""),
                arguments("{}", "/url"),
                arguments("{\"url\": null}", "/url"),
                arguments("{\"url\": 7}", "/url"),
                arguments("{\"url\": [\"https://example.com/\"]}", "/url"),
                arguments("{%s, \"standard\": \"wcag3\"}".formatted(GOOD), "/standard"),
                arguments("{%s, \"standard\": \"WCAG22AA\"}".formatted(GOOD), "/standard"),
                arguments("{%s, \"standard\": 22}".formatted(GOOD), "/standard"),
                arguments("{%s, \"standard\": null}".formatted(GOOD), "/standard"),
                arguments("{%s, \"priority\": \"urgent\"}".formatted(GOOD), "/priority"),
                arguments("{%s, \"priority\": true}".formatted(GOOD), "/priority"),
                arguments("{%s, \"options\": []}".formatted(GOOD), "/options"),
                arguments("{%s, \"options\": null}".formatted(GOOD), "/options"),
                arguments("{%s, \"colour\": \"red\"}".formatted(GOOD), "/colour"),
                arguments("{%s, \"\": 1}".formatted(GOOD), "/"),
                arguments("{%s, \"URL\": 1}".formatted(GOOD), "/URL"),
                arguments("{%s, \"options\": {\"a/b~c\": 1}}".formatted(GOOD), "/options/a~1b~0c"),
                wrongOption("timeoutMillis", "999"),
                wrongOption("timeoutMillis", "120001"),
                wrongOption("timeoutMillis", "-1"),
                wrongOption("timeoutMillis", "2000.5"),
                wrongOption("timeoutMillis", "2e3"),
                wrongOption("timeoutMillis", "1e99999"),
                wrongOption("timeoutMillis", "12345678901234567890"),
                wrongOption("timeoutMillis", "\"2000\""),
                wrongOption("timeoutMillis", "null"),
                wrongOption("viewportWidth", "199"),
                wrongOption("viewportWidth", "4097"),
                wrongOption("viewportHeight", "199"),
                wrongOption("viewportHeight", "4097"),
                wrongOption("viewportHeight", "{}"));
    }

    private static Arguments wrongOption(String name, String value) {
        return arguments(
                "{%s, \"options\": {\"%s\": %s}}".formatted(GOOD, name, value), "/options/" + name);
    }

    @ParameterizedTest
    @MethodSource
    void wrongFields(String body, String pointer) {
        Answer answer = gateway.post("/api/scans", body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly(pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "example.com",
                "//example.com/",
                "https://",
                "http:///example.com",
                "http:example.com",
                "ftp://example.com/",
                "FILE:///etc/passwd",
                "javascript:alert(1)",
                "data:text/html,hello",
                "view-source:https://example.com/",
                "https://example.com/a b",
                "https://example.com\\\\@127.0.0.1/",
                "https://exa\\u0000mple.com/",
                "https://example.com/\\r\\nHost:x",
                "https://example.com/\\u2028",
                "http://127.0.0.1/",
                "http://localhost/",
                "http://LOCALHOST./",
                "http://x.localhost/",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]/",
                "http://2130706433/",
                "http://0x7f.1/",
                "http://0/",
                "http://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/",
                "http://10.1.2.3/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[fd00::1]/",
                "http://intranet/",
                "https://example.com:22/"
            })
    void anAddressThatMayNotBeScannedIsRefused(String url) {
        Answer answer = gateway.post("/api/scans", "{\"url\": \"%s\"}".formatted(url));

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly("/url");
    }

    @Test
    void anAddressOfMoreThan2048CharactersIsRefused() {
        String start = "https://example.com/";
        Answer answer =
                gateway.post(
                        "/api/scans",
                        "{\"url\": \"%s\"}".formatted(start + "a".repeat(2_049 - start.length())));

        JsonNode problem = answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly("/url");
        assertThat(problem.path("errors").path(0).path("detail").asString())
                .contains("2049", "2048");
        assertThat(problem.path("errors").path(0).path("value").asString())
                .hasSizeLessThanOrEqualTo(201);
    }

    @Test
    void credentialsAreRefusedAndNotSentBack() {
        Answer answer =
                gateway.post("/api/scans", "{\"url\": \"https://ann:secret@example.com/\"}");

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).containsExactly("/url");
        assertThat(answer.body()).doesNotContain("secret").contains("credentials");
    }

    @Test
    void whatIsSentBackIsHarmless() {
        Answer answer =
                gateway.post(
                        "/api/scans",
                        "{%s, \"standard\": \"a\\u001b[31m\\u202e\\r\\n\\u0000%s\"}"
                                .formatted(GOOD, "\ud83d\ude00".repeat(500)));

        answer.problem(400, "invalid-fields");
        assertThat(answer.json().path("errors").path(0).path("value").asString())
                .startsWith("a\ufffd[31m\ufffd\ufffd\ufffd\ufffd\ud83d\ude00")
                .endsWith("\ud83d\ude00\u2026")
                .satisfies(value ->
                        assertThat(value.codePointCount(0, value.length())).isEqualTo(201));
    }

    @Test
    void allErrorsAreToldAtOnce() {
        Answer answer =
                gateway.post(
                        "/api/scans",
                        """
                        {"url": "ftp://example.com/", "standard": "none", "priority": 1, "color": "red",
                         "options": {"timeoutMillis": 1, "viewportWidth": "wide", "zoom": 2}}
                        """);

        JsonNode problem = answer.problem(400, "invalid-fields");
        assertThat(answer.pointers())
                .containsExactlyInAnyOrder(
                        "/url",
                        "/standard",
                        "/priority",
                        "/color",
                        "/options/timeoutMillis",
                        "/options/viewportWidth",
                        "/options/zoom");
        assertThat(problem.path("instance").asString()).isEqualTo("/api/scans");
        JsonNode standard =
                problem.path("errors")
                        .valueStream()
                        .filter(e -> e.path("pointer").asString().equals("/standard"))
                        .findFirst()
                        .orElseThrow();
        assertThat(standard.path("value").asString()).isEqualTo("none");
        assertThat(standard.path("detail").asString()).contains("wcag22aa", "best-practice");
    }

    @Test
    void aBodyOver64KilobytesIsTooLarge() {
        Answer answer = gateway.post("/api/scans", "{" + " ".repeat(64 * 1024) + "}");

        answer.problem(413, "body-too-large");
        assertThat(answer.pointers()).containsExactly("");
    }

    @Test
    void aBodyOver64KilobytesIsTooLargeAlsoWhenItsLengthIsNotAnnounced() {
        byte[] body =
                ("{%s}".formatted(GOOD) + " ".repeat(200_000)).getBytes(StandardCharsets.UTF_8);
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Content-Type", RunningGateway.JSON)
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(body))));

        answer.problem(413, "body-too-large");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "application/json; charset=iso-8859-1",
                "nonsense"
            })
    void anotherMediaTypeIsNotSupported(String contentType) {
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Content-Type", contentType)
                                .POST(HttpRequest.BodyPublishers.ofString("{" + GOOD + "}")));

        answer.problem(415, "unsupported-media-type");
    }

    @Test
    void aBodyWithoutAMediaTypeIsNotSupported() {
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .POST(HttpRequest.BodyPublishers.ofString("{" + GOOD + "}")));

        answer.problem(415, "unsupported-media-type");
    }

    @Test
    void anEncodedBodyIsNotSupported() {
        Answer answer =
                gateway.send(
                        gateway.request("/api/scans")
                                .header("Content-Type", RunningGateway.JSON)
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofString("{" + GOOD + "}")));

        answer.problem(415, "unsupported-media-type");
    }
}
