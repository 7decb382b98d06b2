package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked for of a site, what is said of its end, and what the exit code is. */
final class SiteCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private String site = "";
    private HttpServer gateway;

    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        gateway =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        gateway.createContext("/api/sites", this::answer);
        gateway.start();
    }

    @AfterEach
    void stop() {
        gateway.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean order = exchange.getRequestMethod().equals("POST");
        if (order) {
            bodies.add(
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        }
        byte[] body = (order ? "{\"id\": \"7\"}" : site).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(order ? 202 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void aCrawlSaysOnlyWhatWasChosen() {
        assertThat(run("https://example.org/")).isZero();
        assertThat(bodies).containsExactly("{\"url\":\"https://example.org/\"}");
        assertThat(out.toString())
                .isEqualToIgnoringNewLines("Site 7, its scans are the batch site-7.");
    }

    @Test
    void everyChoiceIsSent() {
        run(
                "https://example.org/",
                "--depth=2",
                "--pages=9",
                "--include=/a/**",
                "--include=/b",
                "--exclude=/c",
                "--saturation=0",
                "--ignore-robots");
        run("https://example.org/", "--sitemap");
        run("https://example.org/", "--sitemap=https://example.org/map.xml");

        assertThat(bodies)
                .containsExactly(
                        "{\"url\":\"https://example.org/\",\"depth\":2,\"pages\":9,\"saturation\":0,\"include\":[\"/a/**\",\"/b\"],\"exclude\":[\"/c\"],\"robots\":\"ignore\"}",
                        "{\"url\":\"https://example.org/\",\"sitemap\":true}",
                        "{\"url\":\"https://example.org/\",\"sitemap\":\"https://example.org/map.xml\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "complete | 0 | 0 | It is complete: there are no more pages.",
                "complete | 1 | 4 | It is complete: there are no more pages.",
                "page_limit | 0 | 0 | It stopped at the limit of 500 pages; there are more.",
                "saturation | 0 | 0 | It stopped because the last 50 pages brought nothing new: 2 templates, 5 rules.",
                "cancelled | 0 | 4 | It was cancelled.",
                "failed | 0 | 4 | It failed: nothing could be scanned."
            })
    void whoWaitsHearsWhyItStopped(String stopped, int dead, int exitCode, String sentence) {
        site =
                """
                {"id": "7", "status": "ended", "stopped": "%s", "batch": "site-7",
                 "pages": {"limit": 500, "found": 60, "waiting": 0, "submitted": 50, "completed": 40, "deadLettered": %d,
                           "cancelled": 0},
                 "skipped": {"robots": 3, "depth": 0, "pattern": 0, "duplicate": 0, "canonical": 0, "limit": 7, "stopped": 0},
                 "coverage": {"templates": 2, "rules": 5, "pagesSinceNew": 50}, "problems": ["map.xml cannot be read"]}
                """
                        .formatted(stopped, dead);

        assertThat(run("https://example.org/", "--wait")).isEqualTo(exitCode);
        assertThat(out.toString())
                .contains(sentence)
                .contains("Left out: 3 by robots.txt, 7 beyond the limit.");
        assertThat(err.toString()).contains("map.xml cannot be read");
    }

    private int run(String... more) {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "site",
                                "--server=http://127.0.0.1:" + gateway.getAddress().getPort()));
        arguments.addAll(Arrays.asList(more));
        return StepfreeCommand.in(
                        new Surroundings(
                                Map.of(Home.VARIABLE, folder.resolve("none").toString()),
                                false,
                                folder))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
