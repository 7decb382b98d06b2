package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.reporting.SampleReports;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.BatchPage;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import io.stepfree.standalone.demo.DemoPage;
import io.stepfree.standalone.demo.DemoSite;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Machine;
import io.stepfree.standalone.machine.MachineSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands against a whole machine and the demo site. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScanningTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Path folder;
    private DemoSite site;
    private HttpServer closed;
    private Machine machine;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        folder = temporary;
        site = DemoSite.start();
        closed = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        closed.createContext("/", ScanningTest::answerAsIfAllWereWell);
        closed.start();
        var home = new Home(folder.resolve("home"));
        machine =
                Machine.on(
                        MachineSettings.onFreePorts(
                                home,
                                folder.resolve("reports"),
                                List.of(
                                        site.target(),
                                        "127.0.0.1:" + closed.getAddress().getPort())));
        machine.start();
    }

    @AfterAll
    void stop() {
        machine.close();
        closed.stop(0);
        site.close();
    }

    @Test
    void theDemoSitesPagesViolateTheRulesTheyClaimAndNoOthers() throws IOException {
        var urls = site.pages().stream().map(Object::toString).toList();
        assertThat(scan(with(urls, "--json"))).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(schema().validate(out.toString(), InputFormat.JSON)).isEmpty();

        var scans = JsonMapper.shared().readTree(out.toString()).path("scans");
        // Each page of the demo is built in its own way.
        assertThat(scans.valueStream().map(scan -> scan.at("/report/template").asString("")))
                .filteredOn(template -> !template.isEmpty())
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(3)
                .allMatch(template -> template.matches("[0-9a-f]{16}"));
        for (var i = 0; i < DemoSite.PAGES.size(); i++) {
            var page = DemoSite.PAGES.get(i);
            if (page.missing()) {
                assertThat(scans.get(i).at("/failure/httpStatus").asInt()).isEqualTo(404);
            } else {
                assertThat(violated(scans.get(i))).as(page.path()).isEqualTo(sorted(page));
                assertThat(Path.of(scans.get(i).at("/reportFiles/html").asString()))
                        .isRegularFile();
            }
        }
    }

    @Test
    void theExitCodeTellsCleanFromViolatedFromNotSeen() {
        assertThat(scan(List.of(url("about.html")))).isEqualTo(ExitCode.CLEAN);
        assertThat(scan(List.of(url("about.html"), url("join.html"))))
                .isEqualTo(ExitCode.VIOLATIONS);
        assertThat(out.toString())
                .contains(
                        "critical  label: Form elements must have labels (2 elements)",
                        "WCAG 4.1.2",
                        "input[name=\"name\"]",
                        "2 pages scanned: 5 violations on 1 page");
        assertThat(err.toString()).contains("[2/2] ");
        assertThat(scan(List.of(url("join.html"), url("renew.html"))))
                .isEqualTo(ExitCode.NOT_SCANNED);
    }

    @Test
    void aBuildChoosesWhatFailsItAndGetsItsFiles() throws IOException {
        List<String> pages = List.of(url("about.html"), url("join.html"));
        assertThat(scan(with(with(pages, "--max-violations=5"), "--format=sarif,xml")))
                .isEqualTo(ExitCode.CLEAN);
        assertThat(out.toString())
                .contains("Within the threshold: 5 violations, at most 5 may be.");
        assertThat(err.toString())
                .contains("Wrote ", "stepfree-reports/report.sarif", "stepfree-reports/report.xml");
        assertThat(
                        JsonMapper.shared()
                                .readTree(folder.resolve("stepfree-reports/report.sarif").toFile())
                                .at("/runs/0/results")
                                .size())
                .isGreaterThanOrEqualTo(5);
        assertThat(scan(with(with(pages, "--max-violations=4"), "--fail-on=minor")))
                .isEqualTo(ExitCode.VIOLATIONS);
        assertThat(out.toString()).contains("Above the threshold: 5 violations");
    }

    @Test
    void theReportsOfAServerAreLeftWhereTheyAreWantedAndCanBeVerified() throws IOException {
        Path kept = folder.resolve("kept");
        assertThat(scan(List.of(url("about.html"), url("renew.html"), "--out=" + kept)))
                .isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(err.toString()).contains("/report.html", "/report.json");
        assertThat(out.toString())
                .containsPattern("Report: \\Q%s\\E/.*/report\\.html".formatted(kept.toRealPath()))
                .endsWith(
                        "Ends with 4: 1 page could not be scanned, and no threshold lets that pass.\n");

        List<String> reports;
        try (var files = Files.walk(kept)) {
            reports = files.map(Path::toString).filter(file -> file.endsWith(".json")).toList();
        }
        assertThat(reports).as("of the page that was seen").hasSize(1);
        assertThat(run("verify", reports.getFirst())).isEqualTo(ExitCode.CLEAN);
        assertThat(out.toString()).contains("as it was written: scan ");
    }

    @Test
    void aPageThatMayBeAnotherOneIsNotCalledCleanAndHasNoScore() throws IOException {
        var url = "http://127.0.0.1:%d/shelf".formatted(closed.getAddress().getPort());
        assertThat(scan(List.of(url))).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(out.toString())
                .contains("Suspect, no score: this may not be the page that was asked for")
                .contains(
                        "This may not be the page that was asked for: The page reads like an error page ('Page not found')")
                .contains("0 pages scanned. 1 page may not be the one that was asked for.")
                .doesNotContainIgnoringCase("no violations");

        assertThat(scan(List.of(url, url("about.html"), "--json"))).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(err.toString()).contains("suspect: may not be the page");
        assertThat(schema().validate(out.toString(), InputFormat.JSON)).isEmpty();
        var output = JsonMapper.shared().readTree(out.toString());
        assertThat(output.at("/scans/0/report/validity").asString()).isEqualTo("suspect");
        assertThat(output.at("/scans/0/report/score").isNull()).isTrue();
        assertThat(output.at("/scans/1/report/score").asInt()).isEqualTo(100);
        assertThat(output.at("/summary/suspect").asInt()).isEqualTo(1);
        assertThat(output.at("/summary/scanned").asInt()).isEqualTo(1);
    }

    @Test
    void scoresColoursFingerprintsAndPicturesComeThroughInReportsThatAreAccessibleThemselves()
            throws IOException {
        var index = List.of(url("index.html"), "--screenshots=elements");
        assertThat(scan(index)).isEqualTo(ExitCode.VIOLATIONS);
        assertThat(out.toString())
                .containsPattern("Score \\d+ of 100, valid: the whole page was seen")
                .doesNotContain("image/webp");

        scan(with(index, "--json"));
        assertThat(schema().validate(out.toString(), InputFormat.JSON)).isEmpty();
        var report = JsonMapper.shared().readTree(out.toString()).at("/scans/0/report");
        assertThat(report.path("validity").asString()).isEqualTo("valid");
        assertThat(report.path("score").asInt()).isBetween(1, 99);
        assertThat(report.path("elements").asInt()).isGreaterThan(10);
        assertThat(decoded(report.path("screenshot"))).startsWith("RIFF").contains("WEBP");
        assertThat(report.at("/violations/0/nodes/0/fingerprint").asString())
                .matches("[0-9a-f]{32}");
        assertThat(report.path("violations").valueStream())
                .filteredOn(finding -> finding.path("rule").asString().equals("color-contrast"))
                .singleElement()
                .satisfies(finding -> {
                    var node = finding.at("/nodes/0");
                    assertThat(node.at("/contrast/foreground").asString()).matches("#[0-9a-f]{6}");
                    assertThat(node.at("/contrast/ratio").asDouble())
                            .isBetween(1.0, node.at("/contrast/required").asDouble());
                    assertThat(decoded(node.path("screenshot"))).startsWith("RIFF");
                });
        var html =
                Files.readString(
                        Path.of(
                                JsonMapper.shared()
                                        .readTree(out.toString())
                                        .at("/scans/0/reportFiles/html")
                                        .asString()));
        assertThat(html).contains("<img class=\"picture\" src=\"data:image/webp;base64,");
        Files.writeString(Path.of("target/example-report-of-a-real-scan.html"), html);
        closed.createContext("/report", exchange -> answer(exchange, html));
        var address = "http://127.0.0.1:%d/report".formatted(closed.getAddress().getPort());
        assertThat(scan(List.of(address))).as(out.toString()).isEqualTo(ExitCode.CLEAN);
        assertThat(scan(List.of(address, "--dark"))).as(out.toString()).isEqualTo(ExitCode.CLEAN);
    }

    @Test
    void reportsOfEveryKindAreAccessibleThemselves() throws IOException {
        var reports = SampleReports.all();
        closed.createContext(
                "/reports/",
                exchange -> {
                    var path = exchange.getRequestURI().getPath();
                    answer(
                            exchange,
                            Objects.requireNonNull(
                                    reports.get(path.substring("/reports/".length()))));
                });
        // Of the hostile texts those that would break the markup and its direction; the others
        // change no element.
        var kinds =
                reports.keySet().stream()
                        .filter(name -> name.matches("(?!hostile).*|hostile-(batch-)?(2|10)"))
                        .toList();
        assertAccessible(kinds, "--standard=best-practice");
        var fullest = List.of("scored", "suspect", "compared", "batch-compared");
        assertAccessible(fullest, "--standard=best-practice", "--dark");
        assertAccessible(fullest, "--standard=best-practice", "--viewport=320x640");
    }

    private void assertAccessible(Collection<String> reports, String... options) {
        var address = "http://127.0.0.1:%d/reports/".formatted(closed.getAddress().getPort());
        var urls = reports.stream().map(address::concat).toList();
        assertThat(scan(with(with(urls, options), "--json"))).as(out.toString()).isZero();
        assertThat(json().path("scans")).hasSize(reports.size());
        assertThat(json().path("scans"))
                .allSatisfy(scan -> {
                    assertThat(scan.at("/report/validity").asString()).isEqualTo("valid");
                    assertThat(scan.at("/report/score").asInt()).isEqualTo(100);
                });
    }

    /**
     * The reports are shown to a browser as any other page is: by a scan of them, with a picture.
     */
    @Test
    @EnabledIfSystemProperty(named = "stepfree.docs.write", matches = "true")
    void theDocsShowReportsOfTheDemoSite() throws IOException {
        var urls = site.pages().stream().map(Object::toString).toList();
        scan(with(urls, "--json", "--screenshots=elements"));
        var scans = json().path("scans");
        var page = Files.readString(Path.of(scans.get(0).at("/reportFiles/html").asString()));
        var batch = new ByteArrayOutputStream();
        new BatchPage().write(new ScannedPages(scans), batch);
        closed.createContext("/docs/page", exchange -> answer(exchange, page));
        closed.createContext(
                "/docs/batch",
                exchange -> answer(exchange, batch.toString(StandardCharsets.UTF_8)));

        var images = Path.of(System.getProperty("stepfree.root"), "docs/images");
        Files.createDirectories(images);
        for (String report : List.of("page", "batch")) {
            var address =
                    "http://127.0.0.1:%d/docs/%s".formatted(closed.getAddress().getPort(), report);
            scan(List.of(address, "--json", "--screenshots=page", "--viewport=1100x1900"));
            var picture = json().at("/scans/0/report/screenshot/data").asString();
            var bytes = Base64.getDecoder().decode(picture);
            assertThat(bytes).hasSizeBetween(10_000, 200_000);
            Files.write(images.resolve("report-of-a-%s.webp".formatted(report)), bytes);
        }
    }

    /** What a scan of several pages printed, as a batch. */
    private record ScannedPages(JsonNode scans) implements ReportedPages {
        @Override
        public ReportSubject subject() {
            var first = scans.get(0).path("report");
            return new ReportSubject(
                    ReportSubject.Kind.BATCH,
                    "0199a1b2-7c00-7000-8000-00000000de30",
                    "local",
                    Instant.parse(first.path("completedAt").asString()));
        }

        @Override
        public void each(PageVisitor visitor) throws IOException {
            for (JsonNode scan : scans) {
                if (scan.path("report").isObject()) {
                    visitor.seen(
                            JsonMapper.shared()
                                    .treeToValue(scan.path("report"), ReportDocument.class));
                } else {
                    visitor.notSeen(
                            new UnseenPage(
                                    scan.path("scanId").asString(),
                                    scan.path("url").asString(),
                                    "dead_lettered",
                                    scan.at("/failure/type").asString(),
                                    scan.at("/failure/message").asString(),
                                    subject().at()));
                }
            }
        }
    }

    private static String decoded(JsonNode picture) {
        return new String(
                Base64.getDecoder().decode(picture.path("data").asString()),
                StandardCharsets.ISO_8859_1);
    }

    private static void answerAsIfAllWereWell(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                "<!doctype html><html lang=en><title>Page not found</title><main><h1>Oops</h1><p>Sorry.</p></main></html>");
    }

    private static void answer(HttpExchange exchange, String html) throws IOException {
        var page = html.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    @Test
    void whatTheGatewayRefusesIsOneSentence() {
        assertThat(scan(List.of("http://127.0.0.1:9/"))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("stepfree: http://127.0.0.1:9/ cannot be scanned: ");
    }

    @Test
    void aDeadLetterIsListedShownAndReplayed() {
        assertThat(scan(with(List.of(url("renew.html")), "--json")))
                .isEqualTo(ExitCode.NOT_SCANNED);
        var id = JsonMapper.shared().readTree(out.toString()).at("/scans/0/scanId").asString();
        await().untilAsserted(() -> {
            assertThat(run("dead-letters", "list")).isZero();
            assertThat(out.toString()).contains(id + "  ", "http_error 404");
        });
        assertThat(run("dead-letters", "show", id)).isZero();
        assertThat(out.toString()).contains("attempt 1  ", "  on scan-processor-", "not retryable");
        assertThat(run("dead-letters", "replay", id, "--reason", "the page is back")).isZero();
        await().untilAsserted(() -> {
            assertThat(run("dead-letters", "list")).isZero();
            assertThat(out.toString().lines())
                    .filteredOn(line -> line.startsWith(id))
                    .anyMatch(line -> line.contains("  replayed  "))
                    .anyMatch(line -> line.contains("  dead  "));
        });
        assertThat(run("dead-letters", "show", "nothing")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("There is no dead letter");
    }

    @Test
    void aDeadLetterIsExplainedSetAsideAndPurged() {
        assertThat(scan(with(List.of(url("renew.html?purge-me")), "--json")))
                .isEqualTo(ExitCode.NOT_SCANNED);
        var id = JsonMapper.shared().readTree(out.toString()).at("/scans/0/scanId").asString();
        await().untilAsserted(() -> {
            assertThat(run("dead-letters", "list", "--text=purge-me")).isZero();
            assertThat(out.toString()).contains(id + "  ", "http_error 404");
        });
        assertThat(run("dead-letters", "show", id)).isZero();
        assertThat(out.toString()).contains("<url> answered with status <number>", "axe-core 4.");
        assertThat(run("dead-letters", "stats")).isZero();
        assertThat(out.toString()).contains("By failure", "http_error", "127.0.0.1");
        assertThat(run("dead-letters", "patterns", "--text=purge-me")).isZero();
        assertThat(out.toString())
                .contains("1 times", "http_error 404", "engines: axe-core 4.", "The page is gone.");

        assertThat(run("dead-letters", "list", "--text=purge-me", "--json")).isZero();
        assertThat(json().at("/deadLetters/0/scanId").asString()).isEqualTo(id);
        assertThat(run("dead-letters", "show", id, "--json")).isZero();
        assertThat(json().path("httpStatus").asInt()).isEqualTo(404);
        assertThat(run("dead-letters", "stats", "--json")).isZero();
        assertThat(json().at("/byType/http_error").asInt()).isPositive();
        assertThat(run("dead-letters", "patterns", "--text=purge-me", "--by=host,client")).isZero();
        assertThat(out.toString()).contains("    host: 127.0.0.1\n    client: local\n");
        assertThat(run("dead-letters", "patterns", "--by=weather")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--by", "host, client, engine");
        assertThat(run("dead-letters", "patterns", "--text=purge-me", "--json")).isZero();
        assertThat(json().at("/items/0/count").asInt()).isEqualTo(1);

        assertThat(run("dead-letters", "discard", id, "--reason=a test")).isZero();
        await().untilAsserted(() -> {
            assertThat(run("dead-letters", "show", id)).isZero();
            assertThat(out.toString()).contains("discarded", "first key (sf_local_", ": a test");
        });
        assertThat(run("dead-letters", "replay", id)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .contains("is discarded, by first key (sf_local_")
                .contains("Release it first");

        assertThat(run("dead-letters", "purge", "--text=purge-me", "--dry-run")).isZero();
        assertThat(out.toString()).contains("1 dead letter would be purged");
        assertThat(run("dead-letters", "purge", "--text=purge-me", "--reason=a test")).isZero();
        assertThat(out.toString()).contains("1 dead letter purged");
        assertThat(run("dead-letters", "purge", "--text=purge-me", "--reason=a test", "--json"))
                .isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).path("matching").asInt()).isZero();
        assertThat(run("dead-letters", "show", id)).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("was purged at ");
        assertThat(run("dead-letters", "list", "--type=slow")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("stepfree: --type slow: must be one of");
    }

    @Test
    void anAlertIsSilencedForATimeAndWhoIsToldIsTested() {
        assertThat(run("alerts", "list")).isZero();
        assertThat(out.toString()).doesNotContain("silenced   ");

        assertThat(run("alerts", "silence", "error-rate", "--minutes=60", "--reason=a move"))
                .isZero();
        assertThat(out.toString()).contains("error-rate is silenced until ");
        assertThat(run("alerts", "list")).isZero();
        assertThat(out.toString())
                .contains("silenced   error-rate until ", " by first key (sf_local_", ": a move");
        assertThat(run("alerts", "list", "--json")).isZero();
        assertThat(json().at("/silences/0/alert").asString()).isEqualTo("error-rate");
        assertThat(run("doctor")).isOne();
        assertThat(out.toString()).contains("warn  silences         Nobody is told of error-rate");

        assertThat(run("alerts", "unsilence", "error-rate")).isZero();
        assertThat(out.toString()).contains("error-rate is silenced no more.");
        assertThat(run("alerts", "list")).isZero();
        assertThat(out.toString()).doesNotContain("silenced   ");
        assertThat(run("alerts", "unsilence", "error-rate")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("Nothing of the name 'error-rate' is silenced");
        assertThat(run("alerts", "silence", "eror-rate", "--minutes=60", "--reason=a move"))
                .isEqualTo(ExitCode.USAGE);

        assertThat(run("alerts", "test", "--reason=a drill")).isZero();
        assertThat(out.toString()).contains("nobody to be told: no receiver is set up.");
    }

    @Test
    void manyDeadLettersAreReplayedShownStoppedAndToldApart() {
        scan(List.of(url("renew.html?many=1"), url("renew.html?many=2")));
        await().untilAsserted(() -> {
            assertThat(
                            run(
                                    "dead-letters",
                                    "replay",
                                    "--text=renew.html?many",
                                    "--dry-run",
                                    "--json"))
                    .isZero();
            assertThat(json().path("sample")).hasSize(2);
        });
        assertThat(json().path("state").asString()).isEqualTo("dry_run");
        assertThat(json().path("ending").asString()).startsWith("2 would go, in about 1 s");

        assertThat(
                        run(
                                "dead-letters",
                                "replay",
                                "--text=renew.html?many",
                                "--canary=50%",
                                "--canary-success=0",
                                "--reason=is it back?"))
                .as("both die again, as the page is still missing")
                .isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(out.toString())
                .contains("State     completed", "Why       is it back?", "1 went first, passed")
                .contains("2 went: 0 completed, 2 died again, 0 cancelled.");
        assertThat(err.toString()).contains("Replay ", " is ordered.");
        var id = out.toString().lines().findFirst().orElseThrow().replaceFirst("Replay +", "");

        assertThat(run("dead-letters", "replays")).isZero();
        assertThat(out.toString()).contains(id + "  ", "2 died again");
        assertThat(run("dead-letters", "replays", id, "--json")).isZero();
        assertThat(json().path("diedAgain").asInt()).isEqualTo(2);
        assertThat(run("dead-letters", "replays", id, "--stop")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("is completed: there is nothing to stop");

        assertThat(run("dead-letters", "replay", "--host=nobody.example")).isZero();
        assertThat(out.toString()).contains("the filter matches no dead letter");
        assertThat(run("dead-letters", "replay", "--offsets=0:0-99999"))
                .as("what the topic does not hold")
                .isEqualTo(ExitCode.USAGE);
        assertThat(out.toString()).contains("Nothing went: partition 0 of scan.dead-letters");
        assertThat(run("dead-letters", "replay", "--type=boom")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).startsWith("stepfree: --type boom: must be one of ");
    }

    private JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }

    @Test
    void whatIsSecretInAScanIsNowhereOnDisk() throws IOException {
        var secret = "Rumpelstilz";
        scan(
                List.of(
                        url("about.html"),
                        url("renew.html"),
                        "--header=X-Token: " + secret,
                        "--cookie=session=" + secret,
                        "--basic-auth=ann:" + secret));
        assertThat(out.toString() + err).doesNotContain(secret);
        await().untilAsserted(() -> {
            assertThat(run("dead-letters", "list")).isZero();
            assertThat(out.toString()).contains("renew.html");
        });

        assertThat(folder.resolve("home/secrets-key")).isRegularFile();
        try (var files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile).filter(file -> holds(file, secret)))
                    .isEmpty();
        }
    }

    /** Files come and go while the machine runs; one that is gone holds nothing. */
    private static boolean holds(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void theStatusCountsScans() {
        assertThat(scan(List.of(url("about.html")))).isEqualTo(ExitCode.CLEAN);
        assertThat(run("status", "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).at("/scans/completed").asInt())
                .isPositive();
        assertThat(run("status")).isZero();
        assertThat(out.toString()).contains("Stepfree at " + machine.gateway(), "dead letters");
    }

    @Test
    void aClientIsErasedInEveryServiceAndNobodyElseIs() throws Exception {
        assertThat(scan(with(List.of(url("about.html")), "--json"))).isEqualTo(ExitCode.CLEAN);
        String kept = json().at("/scans/0/scanId").asString();
        String admin = Files.readString(folder.resolve("home/api-key")).strip();
        String key =
                ask(
                                admin,
                                "POST",
                                "/admin/keys",
                                "{\"name\": \"ci\", \"client\": \"acme\", \"plan\": \"unlimited\"}")
                        .path("key")
                        .asString();
        var scans = new ArrayList<String>();
        for (String page : List.of("about.html", "renew.html")) {
            String body = "{\"url\": \"%s\"}".formatted(url(page));
            scans.add("/api/scans/" + ask(key, "POST", "/api/scans", body).path("id").asString());
        }
        await().untilAsserted(() -> {
            assertThat(ask(key, "GET", scans.getFirst(), "").has("report")).isTrue();
            assertThat(ask(key, "GET", scans.getLast(), "").path("status").asString())
                    .isEqualTo("dead_lettered");
            assertThat(ask(admin, "GET", "/admin/dlq/jobs?client=acme", "").path("items"))
                    .hasSize(1);
        });
        var html = ask(key, "GET", scans.getFirst(), "").at("/reportFiles/html").asString();
        assertThat(Path.of(html)).exists();

        String erasure =
                "/api/clients/acme/erasures/"
                        + ask(admin, "DELETE", "/api/clients/acme/data?reason=a+test", "")
                                .path("id")
                                .asString();
        await().until(() -> ask(admin, "GET", erasure, "").path("state").asString().equals("done"));

        JsonNode done = ask(admin, "GET", erasure, "");
        assertThat(done.path("remaining").asInt(-1)).as(done.toString()).isZero();
        assertThat(done.at("/services/0/erased").toString())
                .isEqualTo(
                        "{\"files\":2,\"scans\":2,\"trends\":1,\"reports\":1,\"findings\":0,\"comparisons\":1,\"missingFindings\":0}");
        assertThat(done.at("/services/1/erased/deadLetters").asInt()).isOne();
        assertThat(done.at("/services/2/erased/keys").asInt()).isOne();
        assertThat(Path.of(html)).doesNotExist();
        assertThat(ask(admin, "GET", "/admin/dlq/jobs?client=acme", "").path("items")).isEmpty();
        await().untilAsserted(() ->
                assertThat(ask(key, "GET", scans.getFirst(), "").path("status").asInt())
                        .isEqualTo(401));
        assertThat(ask(admin, "GET", "/api/scans/" + kept, "").has("report")).isTrue();
    }

    private JsonNode ask(String key, String method, String path, String body) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(machine.gateway().resolve(path))
                            .header("Authorization", "Bearer " + key)
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build();
            return JsonMapper.shared()
                    .readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    private String url(String page) {
        return site.address().resolve(page).toString();
    }

    private int scan(List<String> arguments) {
        var line = new ArrayList<>(List.of("scan", "--server", machine.gateway().toString()));
        line.addAll(arguments);
        return run(line.toArray(String[]::new));
    }

    /** What was printed before is forgotten. */
    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var surroundings =
                new Surroundings(
                        Map.of(Home.VARIABLE, folder.resolve("home").toString()), false, folder);
        return StepfreeCommand.in(surroundings)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private static List<String> with(List<String> arguments, String... further) {
        var all = new ArrayList<>(arguments);
        all.addAll(List.of(further));
        return all;
    }

    private static Set<String> violated(JsonNode scan) {
        var rules = new TreeSet<String>();
        scan.at("/report/violations")
                .forEach(finding -> rules.add(finding.path("rule").asString()));
        return rules;
    }

    private static Set<String> sorted(DemoPage page) {
        return new TreeSet<>(page.violated());
    }

    private static Schema schema() throws IOException {
        var schemas = Map.of("urn:stepfree:schema:report:1", read("/schema/report.schema.json"));
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(schemas))
                .getSchema(read("/schema/scan-output.schema.json"));
    }

    private static String read(String resource) throws IOException {
        try (var file = ScanningTest.class.getResourceAsStream(resource)) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
