package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stepfree.schemas.topic.Topics;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A body of many that is wrong as a whole publishes nothing, also when it begins well. */
@ExtendWith(GatewayExtension.class)
final class RefusedBulkTest {

    private static final String BULK = "/api/scans/bulk";
    private static final String NDJSON = "application/x-ndjson";
    private static final String CSV = "text/csv";
    private static final String GOOD = "{\"url\": \"https://example.com/\"}\n";
    private static final int LIMIT = 10 * 1024 * 1024;

    private final RunningGateway gateway;
    private long publishedBefore;

    RefusedBulkTest(RunningGateway gateway) {
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
                arguments(RunningGateway.JSON, "", ""),
                arguments(RunningGateway.JSON, "{\"scans\": [\"https://example.com/\"", "/scans"),
                arguments(
                        RunningGateway.JSON,
                        "{\"scans\": [\"https://example.com/\", {\"url\": http}]}",
                        "/scans/1/url"),
                arguments(RunningGateway.JSON, "{\"scans\": [\"https://example.com/\"]} more", ""),
                arguments(
                        RunningGateway.JSON,
                        "{\"batch\": \"a\", \"batch\": \"a\", \"scans\": []}",
                        "/batch"),
                arguments(CSV, "", ""),
                arguments(CSV, "url\nhttps://example.com/\n\"https://example.com/", ""));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String contentType, String body, String pointer) {
        Answer answer = post("", contentType, body);

        answer.problem(400, "malformed-body");
        assertThat(answer.pointers()).hasSize(1).first().asString().startsWith(pointer);
    }

    static Stream<Arguments> wrongAroundTheRows() {
        return Stream.of(
                arguments("", RunningGateway.JSON, "[]", ""),
                arguments("", RunningGateway.JSON, "{\"scans\": 1}", "/scans"),
                arguments("", RunningGateway.JSON, "{\"batch\": \"a b\", \"scans\": []}", "/batch"),
                arguments(
                        "",
                        RunningGateway.JSON,
                        "{\"scans\": [\"https://example.com/\"], \"batch\": \"late\"}",
                        "/batch"),
                arguments(
                        "",
                        RunningGateway.JSON,
                        "{\"defaults\": {\"standard\": \"wcag3\"}, \"scans\": [\"https://example.com/\"]}",
                        "/defaults/standard"),
                arguments(
                        "?batch=a",
                        RunningGateway.JSON,
                        "{\"batch\": \"a\", \"scans\": [\"https://example.com/\"]}",
                        "/batch"),
                arguments("", CSV, "url,colour\nhttps://example.com/,red\n", ""),
                arguments("", CSV, "https://example.com/\n", ""));
    }

    @ParameterizedTest
    @MethodSource
    void wrongAroundTheRows(String query, String contentType, String body, String pointer) {
        Answer answer = post(query, contentType, body);

        answer.problem(400, "invalid-fields");
        assertThat(answer.pointers()).contains(pointer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?batch=a%20b",
                "?batch=",
                "?batch=a&batch=a",
                "?standard=wcag3",
                "?priority=urgent",
                "?standrad=wcag2a"
            })
    void aParameterThatIsWrongOrUnknownIsNamed(String query) {
        JsonNode problem = post(query, NDJSON, GOOD).problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/parameter").asString())
                .isNotEmpty()
                .isEqualTo(query.substring(1, query.indexOf('=')));
    }

    @Test
    void aDocumentHasItsDefaultsInItself() {
        JsonNode problem =
                post(
                                "?standard=wcag2a",
                                RunningGateway.JSON,
                                "{\"scans\": [\"https://example.com/\"]}")
                        .problem(400, "invalid-fields");

        assertThat(problem.at("/errors/0/parameter").asString()).isEqualTo("standard");
    }

    @Test
    void withoutAGoodRowItIsABadRequestWithTheSameProblems() {
        JsonNode problem =
                post("", NDJSON, "{\"url\": \"ftp://example.com/\"}\n[]\n")
                        .problem(400, "invalid-fields");

        assertThat(problem.path("accepted").asInt(-1)).isZero();
        assertThat(problem.path("refused").asInt()).isEqualTo(2);
        assertThat(problem.at("/problems/0/row").asInt()).isEqualTo(1);
        assertThat(problem.at("/problems/0/url").asString()).isEqualTo("ftp://example.com/");
        assertThat(problem.at("/problems/0/errors/0/pointer").asString()).isEqualTo("/url");
        assertThat(problem.at("/problems/1/errors/0/detail").asString())
                .isEqualTo("must be an object, not an array");
        assertThat(problem.path("problemsLeftOut").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n \r\n\n"})
    void withoutAnyRowItIsABadRequest(String body) {
        JsonNode problem = post("", NDJSON, body).problem(400, "invalid-fields");

        assertThat(problem.path("detail").asString())
                .isEqualTo("Nothing was accepted: the body has no row.");
    }

    @Test
    void aBodyOverTenMegabytesIsTooLargeWhetherItsLengthIsAnnouncedOrNot() {
        byte[] body = new byte[LIMIT + 1];
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < body.length; i++) {
            body[i] = i < good.length ? good[i] : (byte) '\n';
        }

        for (var content :
                new HttpRequest.BodyPublisher[] {
                    HttpRequest.BodyPublishers.ofByteArray(body),
                    HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))
                }) {
            Answer answer =
                    gateway.send(
                            gateway.request(BULK).header("Content-Type", NDJSON).POST(content));
            answer.problem(413, "body-too-large");
            assertThat(answer.json().path("detail").asString()).contains("10,485,760 bytes");
        }
    }

    @Test
    void whatIsAnnouncedAsFarTooLargeIsNotReadAtAll() throws IOException {
        sendAndEnd(headers("Content-Length: 30000000")).problem(413, "body-too-large");
    }

    @Test
    void aClientThatAsksFirstNeedNotSendWhatIsTooLarge() throws IOException {
        gateway.sendRaw(headers("Content-Length: 30000000\r\nExpect: 100-continue"))
                .problem(413, "body-too-large");
    }

    @Test
    void aBodyThatBreaksOffPublishesNothing() throws IOException {
        for (String framing : new String[] {"Content-Length: 5000", "Transfer-Encoding: chunked"}) {
            String begun = framing.startsWith("T") ? "20\r\n" + GOOD + "\r\n" : GOOD.repeat(3);
            sendAndEnd(headers(framing) + begun).problem(400, "bad-request");
        }
    }

    /** Sends these very bytes and hangs up for its part. */
    private Answer sendAndEnd(String text) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            return Answer.parse(
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void aBodyThatDripsIsGivenUp() throws Exception {
        RunningGateway hasty = gateway.beside("--stepfree.gateway.bulk.body-timeout=500ms");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), hasty.port())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            out.write(headers("Transfer-Encoding: chunked").getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 12; i++) {
                out.write(("20\r\n" + GOOD + "\r\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                Thread.sleep(100);
            }
            socket.shutdownOutput();
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Answer.parse(answer).problem(408, "body-too-slow");
        } finally {
            hasty.stopGateway();
        }
    }

    @Test
    void whatHasNoRoomIsAskedToComeAgain() throws Exception {
        RunningGateway narrow = gateway.beside("--stepfree.gateway.bulk.at-once=1");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), narrow.port())) {
            var out = socket.getOutputStream();
            out.write(headers("Content-Length: 5000").getBytes(StandardCharsets.UTF_8));
            out.write(GOOD.getBytes(StandardCharsets.UTF_8));
            out.flush();
            Awaitility.await()
                    .until(() ->
                            narrow.send(
                                                    narrow.request(BULK)
                                                            .header("Content-Type", CSV)
                                                            .POST(
                                                                    HttpRequest.BodyPublishers
                                                                            .ofString("url\n")))
                                            .status()
                                    == 503);
        } finally {
            narrow.stopGateway();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "text/csv; charset=iso-8859-1",
                "application/x-ndjson; charset=utf-16",
                "nonsense"
            })
    void anotherMediaTypeIsNotSupported(String contentType) {
        JsonNode problem = post("", contentType, GOOD).problem(415, "unsupported-media-type");

        assertThat(problem.path("detail").asString())
                .contains("application/x-ndjson, application/json, text/csv");
    }

    @Test
    void anEncodedBodyIsNotSupported() {
        gateway.send(
                        gateway.request(BULK)
                                .header("Content-Type", NDJSON)
                                .header("Content-Encoding", "gzip")
                                .POST(HttpRequest.BodyPublishers.ofString(GOOD)))
                .problem(415, "unsupported-media-type");
    }

    private static String headers(String framing) {
        return "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\n%s\r\nConnection: close\r\n\r\n"
                .formatted(BULK, NDJSON, framing);
    }

    private Answer post(String query, String contentType, String body) {
        return gateway.send(
                gateway.request(BULK + query)
                        .header("Content-Type", contentType)
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
