package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed of dead letters, here those of a gateway that says what it is told. */
final class DeadLettersCommandTest {

    private static final String LETTER =
            """
            {"scanId": "%s", "replays": 0, "requestId": "r", "url": "https://shop.example/", "failureType": "TIMEOUT",
             "message": "It took too long.", "cause": "attempts_exhausted", "attempts": 4,
             "diedAt": "2026-01-01T12:00:00Z", "state": "dead"%s}\
            """;

    private final StringWriter out = new StringWriter();
    private HttpServer gateway;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        gateway =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    @Test
    void aListSaysWhichOfThemWasASecondLook() {
        String again = LETTER.formatted("again", ", \"secondLookOf\": \"first\"");
        serve(
                "/admin/dlq/jobs",
                "{\"items\": [%s, %s]}".formatted(again, LETTER.formatted("own", "")));
        serve("/admin/dlq/unreadable", "{\"items\": []}");

        assertThat(run("list")).isZero();
        assertThat(out.toString().lines().map(String::strip))
                .containsExactly(
                        "again  2026-01-01T12:00:00Z  dead         timeout, 4 attempts",
                        "https://shop.example/",
                        "It took too long.",
                        "the second look of scan first",
                        "own  2026-01-01T12:00:00Z  dead         timeout, 4 attempts",
                        "https://shop.example/",
                        "It took too long.");
    }

    @Test
    void theStatsSayHowManyNobodySubmitted() {
        serve("/admin/dlq/stats", "{\"total\": 3, \"patterns\": 1, \"secondLooks\": 1}");

        assertThat(run("stats")).isZero();
        assertThat(out.toString())
                .contains(
                        "1 of them is a second look, because something was new on a page; nobody submitted it.");
    }

    private void serve(String path, String answer) {
        byte[] body = answer.getBytes(StandardCharsets.UTF_8);
        gateway.createContext(
                path,
                exchange -> {
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
    }

    private int run(String command) {
        var surroundings =
                new Surroundings(
                        Map.of(Home.VARIABLE, folder.resolve("home").toString()), false, folder);
        return StepfreeCommand.in(surroundings)
                .setOut(new PrintWriter(out, true))
                .execute(
                        "dead-letters",
                        command,
                        "--server=http://127.0.0.1:" + gateway.getAddress().getPort());
    }
}
