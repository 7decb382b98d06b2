package io.stepfree.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayClientTest {

    private HttpServer server;
    private GatewayClient gateway;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.start();
        gateway =
                new GatewayClient(
                        URI.create(
                                "http://127.0.0.1:%d/".formatted(server.getAddress().getPort())));
    }

    @AfterEach
    void stop() {
        gateway.close();
        server.stop(0);
    }

    @Test
    void onlyWhatWasChosenIsSent() {
        var bodies = new ArrayList<String>();
        server.createContext(
                "/api/scans",
                exchange -> {
                    bodies.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    answer(exchange, 202, "{\"id\": \"0199-a\", \"status\": \"accepted\"}");
                });
        assertThat(gateway.submit(new NewScan("http://a/", null, null, OptionalInt.empty())))
                .isEqualTo("0199-a");
        gateway.submit(new NewScan("http://a/", "wcag2a", "low", OptionalInt.of(5000)));
        assertThat(bodies)
                .containsExactly(
                        "{\"url\":\"http://a/\"}",
                        "{\"url\":\"http://a/\",\"standard\":\"wcag2a\",\"priority\":\"low\",\"options\":{\"timeoutMillis\":5000}}");
    }

    @Test
    void aRefusalTellsTheFieldsThatAreWrong() {
        server.createContext(
                "/api/scans",
                exchange ->
                        answer(
                                exchange,
                                422,
                                """
                                {"type": "urn:x", "title": "Invalid", "status": 422, "detail": "Nothing was accepted.",
                                 "errors": [{"pointer": "/url", "value": "ftp://a/", "detail": "must be http"}]}\
                                """));
        assertThatThrownBy(() ->
                        gateway.submit(new NewScan("ftp://a/", null, null, OptionalInt.empty())))
                .asInstanceOf(type(RefusedException.class))
                .satisfies(refused ->
                        assertThat(refused.faults())
                                .containsExactly(
                                        new RefusedException.Fault(
                                                "/url", "ftp://a/", "must be http")));
    }

    @Test
    void filtersAreSentEncodedAndThePageAfterIsKnown() {
        var queries = new ArrayList<String>();
        server.createContext(
                "/admin/dlq/jobs",
                exchange -> {
                    queries.add(exchange.getRequestURI().getRawQuery());
                    answer(exchange, 200, "{\"items\": [], \"next\": \"abc\"}");
                });

        assertThat(gateway.deadLetters(Map.of("engine", "axe-core 4&5")).next()).isEqualTo("abc");
        assertThat(queries).containsExactly("engine=axe-core+4%265");
    }

    @Test
    void anOrderThatWasNotTakenYetIsNoError() {
        server.createContext(
                "/admin/dlq/actions/one",
                exchange -> answer(exchange, 404, "{\"detail\": \"No order.\"}"));
        server.createContext(
                "/admin/dlq/actions/two",
                exchange ->
                        answer(
                                exchange,
                                200,
                                "{\"commandId\": \"two\", \"kind\": \"purge\", \"outcome\": \"done\", \"affected\": 3}"));

        assertThat(gateway.action("one")).isEmpty();
        assertThat(gateway.action("two").orElseThrow().affected()).isEqualTo(3);
    }

    @Test
    void aServerThatIsNotWellOrNotOursIsUnreachable() {
        server.createContext(
                "/api/status",
                exchange -> answer(exchange, 503, "{\"detail\": \"The broker does not answer.\"}"));
        server.createContext(
                "/admin/dlq/jobs", exchange -> answer(exchange, 200, "<html>hello</html>"));
        assertThatThrownBy(gateway::status)
                .isInstanceOf(UnreachableException.class)
                .hasMessageEndingWith("cannot do it now: The broker does not answer.");
        assertThatThrownBy(() -> gateway.deadLetters(Map.of()))
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("is not Stepfree");
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        server.stop(0);
        assertThatThrownBy(gateway::status)
                .isInstanceOf(UnreachableException.class)
                .hasMessageContaining("does not answer at http://127.0.0.1:");
    }

    @Test
    void aRoundEndsWhenEveryScanHasItsReportOrHasFailed() throws InterruptedException {
        var asked = new AtomicInteger();
        server.createContext(
                "/api/scans",
                exchange -> {
                    var path = exchange.getRequestURI().getPath();
                    if (exchange.getRequestMethod().equals("POST")) {
                        answer(
                                exchange,
                                202,
                                "{\"id\": \"s%d\"}".formatted(asked.getAndIncrement()));
                    } else {
                        answer(exchange, 200, state(path.endsWith("s0"), asked.getAndIncrement()));
                    }
                });
        var round = new ScanRound(gateway);
        round.submit(new NewScan("http://a/", null, null, OptionalInt.empty()));
        round.submit(new NewScan("http://b/", null, null, OptionalInt.empty()));
        var ended = new ArrayList<String>();
        var scans = round.await(scan -> ended.add(scan.id()), _ -> {}, () -> {});
        assertThat(scans).extracting(ScanView::id).containsExactly("s0", "s1");
        assertThat(ended).containsExactly("s1", "s0");
        assertThat(scans.getFirst().report()).isNotNull();
    }

    @Test
    void aRoundTellsOfALongWaitAgainAndAgainAndTakesAScanNotYetKnownForNotYetDone()
            throws InterruptedException {
        var said = new CopyOnWriteArrayList<String>();
        server.createContext(
                "/api/scans",
                exchange -> {
                    if (exchange.getRequestMethod().equals("POST")) {
                        answer(exchange, 202, "{\"id\": \"s1\"}");
                    } else if (said.size() < 2) {
                        answer(
                                exchange,
                                404,
                                "{\"title\": \"Not found\", \"status\": 404, \"detail\": \"No such scan.\"}");
                    } else {
                        answer(exchange, 200, state(false, 0));
                    }
                });
        var round = new ScanRound(gateway, Duration.ofMillis(200));
        round.submit(new NewScan("http://b/", null, null, OptionalInt.empty()));
        assertThat(round.await(_ -> {}, said::add, () -> {})).hasSize(1);
        assertThat(said)
                .hasSize(2)
                .allMatch(sentence ->
                        sentence.equals(
                                "Still waiting for 1 of 1 (1 not yet known), see ./stepfree status --server "
                                        + gateway.server()));
    }

    /**
     * The first scan is completed at once and gets its report late; the second one dies at once.
     */
    private static String state(boolean first, int asked) {
        if (!first) {
            return """
            {"id": "s1", "requestId": "r1", "url": "http://b/", "status": "dead_lettered", "attempt": 1,
             "failure": {"type": "DNS", "message": "No such host."}}\
            """;
        }
        var report = asked > 6 ? ", \"report\": {\"schemaVersion\": 1}" : "";
        return """
        {"id": "s0", "requestId": "r0", "url": "http://a/", "status": "completed", "attempt": 1%s}\
        """
                .formatted(report);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().put("Content-Type", List.of("application/json"));
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
