package io.stepfree.standalone.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.standalone.command.StepfreeCommand;
import io.stepfree.standalone.command.Surroundings;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Machine;
import io.stepfree.standalone.machine.MachineSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole sites go into a whole machine, with its real browser, and each page is scanned once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class WholeSitesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final JsonMapper json = JsonMapper.shared();
    private LinkedSite site;
    private Machine machine;
    private Api api;
    private Path home;

    @BeforeAll
    void start(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        home = folder.resolve("home");
        site = new LinkedSite();
        site.text("/robots.txt", "User-agent: *\nDisallow: /crawl/private\n");
        machine =
                Machine.on(
                        MachineSettings.onFreePorts(
                                new Home(home), folder.resolve("reports"), List.of(site.target())));
        machine.start();
        api = new Api(machine.gateway(), new Home(home).key().orElseThrow());
    }

    @AfterAll
    void stop() {
        api.close();
        machine.close();
        site.close();
    }

    @Test
    void aCrawlFollowsLinksScansEachPageOnceAndSaysThatItIsComplete() {
        site.page("/crawl/", "/crawl/a", "/crawl/b#part", "/crawl/../crawl/a", "/crawl/private/x");
        site.page("/crawl/a", "/crawl/", "/crawl/c", "/crawl/moved", "http://10.0.0.1/inside");
        site.page("/crawl/b", "/crawl/missing", "/elsewhere");
        site.page("/crawl/c");
        site.redirect("/crawl/moved", "/crawl/c");

        JsonNode ended =
                ended(
                        """
                        {"url": "%s", "include": ["/crawl/**"]}
                        """
                                .formatted(site.url("/crawl/")));

        assertThat(ended.path("stopped").asString()).isEqualTo("complete");
        JsonNode pages = ended.path("pages");
        assertThat(pages.path("deadLettered").asInt()).as("/crawl/missing").isEqualTo(1);
        JsonNode skipped = ended.path("skipped");
        assertThat(skipped.path("robots").asInt()).isEqualTo(1);
        assertThat(skipped.path("pattern").asInt()).as("/elsewhere").isEqualTo(1);
        assertThat(ended.path("otherSite").asInt()).isEqualTo(1);
        assertThat(pages.path("found").asInt())
                .isEqualTo(pages.path("submitted").asInt() + sum(skipped));
        Map<String, Integer> scanned = scanned(ended);
        assertThat(scanned)
                .containsKeys("/crawl/", "/crawl/a", "/crawl/b", "/crawl/missing")
                .doesNotContainKeys("/crawl/private/x", "/elsewhere");
        // Which of the two is scanned first is chance; the other may be under way by then.
        assertThat(scanned).containsAnyOf(Map.entry("/crawl/c", 1), Map.entry("/crawl/moved", 1));
        assertThat(scanned.values()).containsOnly(1);
        assertThat(scanned).hasSize(pages.path("submitted").asInt());
        assertThat(site.visits("/crawl/private/x")).isZero();
    }

    @Test
    void aSitemapIsReadThroughItsIndexAndEachPageScannedOnce() {
        site.page("/map/a");
        site.page("/map/b");
        site.page("/map/c");
        site.text(
                "/map/index.xml",
                "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><sitemap><loc>%s</loc></sitemap><sitemap><loc>%s</loc></sitemap></sitemapindex>"
                        .formatted(site.url("/map/1.xml"), site.url("/map/2.xml.gz")));
        site.text("/map/1.xml", site.urlset("/map/a", "/map/b"));
        site.gzip("/map/2.xml.gz", site.urlset("/map/b", "/map/c"));

        JsonNode ended =
                ended(
                        """
                        {"url": "%s", "sitemap": "%s"}
                        """
                                .formatted(site.url("/"), site.url("/map/index.xml")));

        assertThat(ended.path("stopped").asString()).isEqualTo("complete");
        assertThat(ended.path("from").asString()).isEqualTo("sitemap");
        assertThat(ended.path("sitemaps").asInt()).isEqualTo(3);
        assertThat(scanned(ended)).isEqualTo(Map.of("/map/a", 1, "/map/b", 1, "/map/c", 1));
        JsonNode batch =
                json.readTree(api.get(ended.path("links").path("batch").asString()).body());
        assertThat(batch.path("completed").asInt()).isEqualTo(3);
        assertThat(batch.path("status").asString()).isEqualTo("ended");
    }

    @Test
    void theCommandWaitsForASiteAndSaysWhyItStopped() {
        String[] links = new String[30];
        for (int i = 0; i < links.length; i++) {
            links[i] = "/same/p" + i;
            site.page(links[i]);
        }
        site.page("/same/", links);
        var out = new StringWriter();
        var err = new StringWriter();

        int exitCode =
                StepfreeCommand.in(
                                new Surroundings(
                                        Map.of(
                                                "STEPFREE_API_KEY",
                                                new Home(home).key().orElseThrow()),
                                        false,
                                        home))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(
                                "site",
                                site.url("/same/"),
                                "--include",
                                "/same/**",
                                "--saturation",
                                "3",
                                "--server",
                                machine.gateway().toString(),
                                "--wait");

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("pages brought nothing new")
                .contains("after it had stopped");
    }

    private JsonNode ended(String body) {
        HttpResponse<String> answer = api.post("/api/sites", body, "sites-1");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String location = answer.headers().firstValue("Location").orElseThrow();
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(
                        () -> json.readTree(api.get(location).body()),
                        site -> site.path("status").asString().equals("ended"));
    }

    /** How many scans there are of each path, as the list of the batch tells. */
    private Map<String, Integer> scanned(JsonNode ended) {
        JsonNode page =
                json.readTree(
                        api.get(ended.path("links").path("scans").asString() + "&limit=100")
                                .body());
        var scanned = new HashMap<String, Integer>();
        for (JsonNode scan : page.path("items")) {
            scanned.merge(
                    scan.path("url").asString().substring(site.url("").length()), 1, Integer::sum);
        }
        return scanned;
    }

    private static int sum(JsonNode skipped) {
        int sum = 0;
        for (JsonNode reason : skipped) {
            sum += reason.asInt();
        }
        return sum;
    }

    /** A site on loopback whose pages link to each other. */
    private static final class LinkedSite implements AutoCloseable {

        /** What is answered at a path. */
        private interface Answer {
            void to(HttpExchange exchange) throws IOException;
        }

        private final HttpServer server;
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final Map<String, Answer> answers = new ConcurrentHashMap<>();
        private final Map<String, Integer> visits = new ConcurrentHashMap<>();

        LinkedSite() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 64);
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
        }

        String target() {
            return "127.0.0.1:" + server.getAddress().getPort();
        }

        String url(String path) {
            return "http://" + target() + path;
        }

        int visits(String path) {
            return visits.getOrDefault(path, 0);
        }

        void page(String path, String... links) {
            var html = new StringBuilder();
            for (String link : links) {
                html.append("<p><a href=\"%s\">%s</a></p>".formatted(link, link));
            }
            put(
                    path,
                    "text/html; charset=utf-8",
                    "<!DOCTYPE html><html lang=\"en\"><head><title>Page</title></head><body><main><h1>Page</h1>%s</main></body></html>"
                            .formatted(html)
                            .getBytes(StandardCharsets.UTF_8));
        }

        void text(String path, String text) {
            put(path, "text/plain", text.getBytes(StandardCharsets.UTF_8));
        }

        void gzip(String path, String text) {
            var packed = new ByteArrayOutputStream();
            try (var out = new GZIPOutputStream(packed)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            put(path, "application/gzip", packed.toByteArray());
        }

        void redirect(String path, String to) {
            answers.put(
                    path,
                    exchange -> {
                        exchange.getResponseHeaders().set("Location", to);
                        exchange.sendResponseHeaders(302, -1);
                    });
        }

        String urlset(String... paths) {
            var urls = new StringBuilder();
            for (String path : paths) {
                urls.append("<url><loc>%s</loc></url>".formatted(url(path)));
            }
            return "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">%s</urlset>"
                    .formatted(urls);
        }

        private void put(String path, String type, byte[] body) {
            answers.put(
                    path,
                    exchange -> {
                        exchange.getResponseHeaders().set("Content-Type", type);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    });
        }

        private void answer(HttpExchange exchange) throws IOException {
            try (exchange) {
                String path = exchange.getRequestURI().getPath();
                visits.merge(path, 1, Integer::sum);
                Answer answer = answers.get(path);
                if (answer == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    answer.to(exchange);
                }
            }
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
