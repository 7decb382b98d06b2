package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.processor.browser.BrowserPrograms;
import io.stepfree.processor.browser.Chrome;
import io.stepfree.processor.browser.ChromeLauncher;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.egress.TestEgress;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.Impact;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.Validity;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** One browser for all of them: each test also shows that the one before left it usable. */
class PageScannerTest {

    private static final String GOOD =
            "<!doctype html><html lang=en><title>Good</title><main><h1>Good</h1><p>Fine.</p></main></html>";

    /** Missing alternative text, name of a button, contrast. */
    private static final String BAD =
            """
            <!doctype html><html lang="en"><head><title>Bad</title></head><body><main><h1>Bad</h1>
            <img id="photo" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">
            <button id="nameless"></button>
            <p id="faint" style="color:#999;background:#fff">Hard to read</p>
            </main>%s</body></html>
            """;

    private static final AtomicInteger cases = new AtomicInteger();

    private static TestPages pages;
    private static final TestEgress egress = new TestEgress();
    private static SharedBrowser browser;
    private static PageScanner scanner;

    @BeforeAll
    static void start() {
        pages = new TestPages();
        pages.html("/good", GOOD);
        browser = new SharedBrowser(launcher(), 500);
        scanner = scanner(List.of("127.0.0.1", "localhost"));
    }

    @AfterAll
    static void stop() {
        browser.close();
        pages.close();
        egress.close();
    }

    @AfterEach
    void theNextScanIsClean() throws InterruptedException {
        assertThat(completed(pages.address("/good")).getViolations()).isEmpty();
    }

    @Test
    void knownFailuresAreFoundWithCriterionAndSelector() throws InterruptedException {
        PageResult page = completed(pages.html("/bad", BAD.formatted("")));

        assertThat(page.getViolations())
                .extracting(Finding::getRule)
                .containsExactlyInAnyOrder("image-alt", "button-name", "color-contrast");
        Finding contrast = finding(page, "color-contrast");
        assertThat(contrast.getSuccessCriteria()).containsExactly("1.4.3");
        assertThat(contrast.getImpact()).isEqualTo(Impact.SERIOUS);
        assertThat(contrast.getNodeCount()).isEqualTo(1);
        assertThat(contrast.getHelpUrl()).startsWith("https://dequeuniversity.com/");
        assertThat(contrast.getNodes().getFirst().getTarget()).containsExactly("#faint");
        assertThat(contrast.getNodes().getFirst().getHtml()).contains("id=\"faint\"");
        assertThat(contrast.getNodes().getFirst().getSummary()).contains("contrast");
        assertThat(finding(page, "image-alt").getSuccessCriteria()).containsExactly("1.1.1");
        assertThat(page.getFinalUrl()).isEqualTo(pages.address("/bad"));
        assertThat(page.getTitle()).isEqualTo("Bad");
        assertThat(page.getLanguage()).isEqualTo("en");
        assertThat(page.getHttpStatus()).isEqualTo(200);
        assertThat(page.getEngine()).startsWith("axe-core 4.");
        assertThat(page.getBrowser()).contains("Chrome");
        assertThat(page.getPasses()).isPositive();
        assertThat(page.getInapplicable()).isPositive();
        assertThat(page.getWarnings()).isEmpty();
        assertThat(page.getTimings()).containsOnlyKeys("open", "load", "ready", "engine");
        assertThat(page.getValidity()).isEqualTo(Validity.VALID);
        assertThat(page.getElements()).isEqualTo(9);
        assertThat(contrast.getNodes().getFirst().getContrast().getForeground())
                .isEqualTo("#999999");
        assertThat(contrast.getNodes().getFirst().getContrast().getRatio()).isEqualTo(2.84);
        assertThat(contrast.getNodes().getFirst().getContrast().getRequired()).isEqualTo(4.5);
    }

    @Test
    void aNarrowerStandardLeavesOutTheOtherRules() throws InterruptedException {
        String url = pages.html("/level-a", BAD.formatted(""));
        assertThat(completed(request(url).setStandard("wcag2a").build()).getViolations())
                .extracting(Finding::getRule)
                .containsExactlyInAnyOrder("image-alt", "button-name");
    }

    @Test
    void nodesAreCutButCounted() throws InterruptedException {
        String url = pages.html("/many", BAD.formatted("<button></button>".repeat(119)));
        Finding button = finding(completed(url), "button-name");
        assertThat(button.getNodeCount()).isEqualTo(120);
        assertThat(button.getNodes()).hasSize(50);
    }

    @Test
    void aHugeResultIsCutToFitARecord() throws Exception {
        var everything = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            String wrapper = "x".repeat(1_900) + i;
            everything.append(
                    "<div id=\"%s\"><button data-a=\"%s\"></button><img src=\"data:,\"><a href=\"#\"></a><input><select></select></div>"
                            .formatted(wrapper, "y".repeat(2_000)));
        }
        PageResult page = completed(pages.html("/huge", BAD.formatted(everything)));
        assertThat(page.toByteBuffer().remaining()).isLessThan(900_000);
        assertThat(finding(page, "button-name").getNodeCount()).isEqualTo(61);
    }

    @Test
    void whatOneScanStoresTheNextDoesNotSee() throws InterruptedException {
        String url =
                pages.html(
                        "/stores",
                        """
                        <!doctype html><html lang=en><title>x</title><main><h1>Stores</h1></main><script>
                        document.title = 'seen ' + localStorage.getItem('a') + ' ' + document.cookie;
                        localStorage.setItem('a', 'yes'); document.cookie = 'b=yes';
                        </script></html>
                        """);
        assertThat(completed(url).getTitle()).isEqualTo("seen null");
        assertThat(completed(url).getTitle()).isEqualTo("seen null");
    }

    @Test
    void twoScansAtOnceDoNotDisturbEachOther() throws Exception {
        String bad = pages.html("/beside", BAD.formatted(""));
        var other =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return completed(bad);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        assertThat(completed(pages.address("/good")).getViolations()).isEmpty();
        assertThat(other.get(2, TimeUnit.MINUTES).getViolations()).hasSize(3);
    }

    @Test
    void findingsInFramesNameTheFrameFirst() throws InterruptedException {
        pages.html("/inner", BAD.formatted("<iframe id=deep title=deep src=/deep></iframe>"));
        pages.html("/deep", BAD.formatted(""));
        PageResult page =
                completed(
                        pages.html(
                                "/outer",
                                "<!doctype html><html lang=en><title>o</title><main><h1>Outer</h1><iframe id=frame title=inner src=/inner></iframe></main></html>"));
        assertThat(finding(page, "button-name").getNodes())
                .extracting(node -> String.join(" / ", node.getTarget()))
                .containsExactlyInAnyOrder("#frame / #nameless", "#frame / #deep / #nameless");
        assertThat(page.getWarnings()).isEmpty();
    }

    @Test
    void aFrameOfAnotherSiteIsScannedToo() throws InterruptedException {
        pages.html("/foreign", BAD.formatted(""));
        PageResult page =
                completed(
                        pages.html(
                                "/hosts-foreign",
                                "<!doctype html><html lang=en><title>o</title><main><h1>Outer</h1><iframe id=frame title=inner src='http://localhost:%d/foreign'></iframe></main></html>"
                                        .formatted(pages.port())));
        assertThat(page.getWarnings()).isEmpty();
        assertThat(finding(page, "button-name").getNodes().getFirst().getTarget())
                .containsExactly("#frame", "#nameless");
    }

    @Test
    void aFrameThatDidNotLoadIsNamedAndTheOthersAreStillRight() throws InterruptedException {
        pages.html("/later", BAD.formatted(""));
        PageResult page =
                completed(
                        pages.html(
                                "/broken-frame",
                                """
                                <!doctype html><html lang=en><title>o</title><main><h1>Outer</h1>
                                <iframe id=broken title=broken src="http://127.0.0.1:1/gone"></iframe>
                                <iframe id=whole title=whole src=/later></iframe></main></html>
                                """));
        assertThat(page.getWarnings())
                .singleElement()
                .asString()
                .contains("http://127.0.0.1:1/gone")
                .contains("was not scanned");
        assertThat(finding(page, "button-name").getNodes().getFirst().getTarget())
                .containsExactly("#whole", "#nameless");
    }

    /** At every moment there is one frame between the other two, and it is never there for long. */
    @Test
    void aFrameThatThePageTakesOutOrAddsIsNamedAndTheOthersAreStillRight()
            throws InterruptedException {
        pages.html("/stays", BAD.formatted(""));
        PageResult page =
                completed(
                        pages.html(
                                "/changes-frames",
                                """
                                <!doctype html><html lang=en><title>o</title><main><h1>Outer</h1>
                                <iframe id=first title=first src=/good></iframe>
                                <iframe id=last title=last src=/stays></iframe></main><script>
                                let count = 0, passing;
                                setInterval(() => {
                                  passing?.remove();
                                  passing = document.createElement('iframe');
                                  passing.title = passing.id = 'passing' + count++;
                                  document.getElementById('last').before(passing);
                                }, 5);
                                </script></html>
                                """));
        assertThat(page.getWarnings())
                .hasSize(2)
                .anyMatch(warning ->
                        warning.matches("The frame passing\\d+ was not scanned: .*took it out.*"))
                .anyMatch(warning ->
                        warning.matches("The frame passing\\d+ was not scanned: .*added it.*"));
        assertThat(page.getValidity()).isEqualTo(Validity.PARTIAL);
        assertThat(finding(page, "button-name").getNodes())
                .extracting(FindingNode::getTarget)
                .containsExactly(List.of("#last", "#nameless"));
    }

    /** The names of elements are in upper and lower case there, unlike elsewhere in HTML. */
    @Test
    void aFrameInAForeignObjectIsScannedOrNamed() throws InterruptedException {
        pages.html("/inner", BAD.formatted(""));
        PageResult page =
                completed(
                        pages.html(
                                "/foreign-frame",
                                """
                                <!doctype html><html lang=en><title>o</title><main><h1>Outer</h1>
                                <svg width=300 height=200><foreignObject width=300 height=200>
                                <iframe title=inner src=/inner></iframe></foreignObject></svg></main></html>
                                """));
        boolean named =
                page.getWarnings().stream()
                        .anyMatch(warning -> warning.matches("The frame .* was not scanned.*"));
        boolean scanned =
                page.getViolations().stream()
                        .flatMap(finding -> finding.getNodes().stream())
                        .anyMatch(node -> node.getTarget().size() == 2);
        assertThat(named || scanned).as("%s", page).isTrue();
    }

    @Test
    void aPageThatFightsTheEngineGetsTheTrueCount() {
        SideBySide.each(
                List.of(
                        "Object.defineProperty(window, 'axe', {value: {run: () => Promise.resolve({violations: []})}, writable: false, configurable: false});",
                        "Object.defineProperty(window, 'axe', {set() {}, get() { return undefined; }});",
                        "window.Promise = function () { throw new Error('no'); }; window.setTimeout = () => 0;",
                        "window.Set = window.Map = function () { throw new Error('no'); }; Array.from = () => []; Array.prototype.filter = () => [];",
                        "Object.prototype.toJSON = () => 'poison'; Array.prototype.toJSON = () => 'poison';"),
                script -> {
                    String url =
                            pages.html(
                                    fresh("/fights"),
                                    "<script>%s</script>".formatted(script) + BAD.formatted(""));
                    assertThat(completed(url).getViolations())
                            .extracting(Finding::getRule)
                            .containsExactlyInAnyOrder(
                                    "image-alt", "button-name", "color-contrast");
                });
    }

    @Test
    void aDialogDoesNotHoldAScanUp() throws InterruptedException {
        String url =
                pages.html(
                        "/dialogs",
                        BAD.formatted("<script>alert('a'); confirm('b'); prompt('c');</script>"));
        assertThat(completed(url).getViolations()).hasSize(3);
    }

    @Test
    void aServerThatNeverAnswersIsATimeout() throws InterruptedException {
        String url = pages.answer("/silent", exchange -> sleep(Duration.ofSeconds(4)));
        assertThat(failure(request(url).setOptions(timeout(1_500)).build()).getType())
                .isEqualTo(FailureType.TIMEOUT);
    }

    @Test
    void aPageThatNeverEndsLoadingIsScannedWithAWarning() throws InterruptedException {
        pages.answer("/never.js", exchange -> sleep(Duration.ofSeconds(20)));
        String url = pages.html("/loads-on", BAD.formatted("<img alt=x src=/never.js>"));
        PageResult page = completed(request(url).setOptions(timeout(10_000)).build());
        assertThat(page.getViolations()).hasSize(3);
        assertThat(page.getWarnings()).singleElement().asString().contains("still loading");
    }

    @Test
    void theJobsDeadlineHoldsWhenItIsEarlier() throws InterruptedException {
        String url = pages.html("/endless-job", GOOD + "<script>for(;;);</script>");
        Instant start = Instant.now();
        ScanRequest request = request(url).setOptions(timeout(120_000)).build();
        var outcome = scanner.scan(request, start.plusMillis(1_500));
        assertThat(((ScanOutcome.Failed) outcome).failure().getType())
                .isEqualTo(FailureType.TIMEOUT);
        assertThat(Duration.between(start, Instant.now()))
                .as("what the request grants")
                .isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void anErrorStatusIsAFailure() {
        SideBySide.each(
                List.of(400, 401, 403, 404, 410, 500, 503),
                status -> {
                    for (String body : List.of(GOOD, "")) {
                        Failure failure =
                                failure(
                                        pages.answer(
                                                "/status" + status, status, "text/html", body));
                        assertThat(failure.getType()).isEqualTo(FailureType.HTTP_ERROR);
                        assertThat(failure.getHttpStatus()).isEqualTo(status);
                    }
                });
    }

    @Test
    void aNameThatDoesNotResolveIsADnsFailure() throws InterruptedException {
        assertThat(failure("http://nothing.invalid/").getType()).isEqualTo(FailureType.DNS);
    }

    @Test
    void aRefusedConnectionIsANavigationFailure() throws Exception {
        int port;
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Failure failure = failure("http://127.0.0.1:%d/".formatted(port));
        assertThat(failure.getType()).isEqualTo(FailureType.NAVIGATION);
        assertThat(failure.getMessage()).contains("the connection was refused");
    }

    @Test
    void plainTextWhereTlsIsSpokenIsATlsFailure() throws Exception {
        try (var server = answering("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThat(failure("https://127.0.0.1:%d/".formatted(server.getLocalPort())).getType())
                    .isEqualTo(FailureType.TLS);
        }
    }

    @Test
    void anEndlessRedirectIsANavigationFailure() throws InterruptedException {
        String url = pages.answer("/round", exchange -> redirect(exchange, "/round"));
        Failure failure = failure(url);
        assertThat(failure.getType()).isEqualTo(FailureType.NAVIGATION);
        assertThat(failure.getMessage()).contains("TOO_MANY_REDIRECTS");
    }

    @Test
    void anAnswerWithoutAnythingIsANavigationFailure() throws Exception {
        try (var server = answering("")) {
            assertThat(failure("http://127.0.0.1:%d/".formatted(server.getLocalPort())).getType())
                    .isEqualTo(FailureType.NAVIGATION);
        }
    }

    @Test
    void whatIsNotHtmlIsUnsupported() {
        SideBySide.each(
                List.of(
                        "application/pdf",
                        "application/json",
                        "text/plain",
                        "image/svg+xml",
                        "application/xml",
                        "video/mp4",
                        "application/octet-stream"),
                type ->
                        assertThat(
                                        failure(pages.answer(fresh("/other"), 200, type, "<a/>"))
                                                .getType())
                                .isEqualTo(FailureType.UNSUPPORTED_CONTENT));
    }

    @Test
    void aDownloadIsUnsupported() throws InterruptedException {
        String url =
                pages.answer(
                        "/download",
                        exchange -> {
                            exchange.getResponseHeaders().set("Content-Type", "text/html");
                            exchange.getResponseHeaders()
                                    .set(
                                            "Content-Disposition",
                                            "attachment; filename=\"../../x.sh\"");
                            exchange.sendResponseHeaders(200, 2);
                            exchange.getResponseBody().write(new byte[] {'h', 'i'});
                        });
        assertThat(failure(url).getType()).isEqualTo(FailureType.UNSUPPORTED_CONTENT);
    }

    @Test
    void noContentIsUnsupported() throws InterruptedException {
        assertThat(failure(pages.answer("/nothing", 204, "text/html", "")).getType())
                .isEqualTo(FailureType.UNSUPPORTED_CONTENT);
    }

    @Test
    void aPageThatShowsNothingIsSuspectAndHasNoScore() {
        SideBySide.each(
                List.of(
                        "",
                        "<div id=root></div><script>let a = 'text';</script><noscript>Enable it</noscript>",
                        "<app-root style='display:block;height:100vh'></app-root><style>a {}</style><link rel=x><div><div><p> </p></div></div>",
                        "<p style='display:none'>Unseen</p><template><p>Unseen</p></template>",
                        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='>"),
                body -> {
                    PageResult page = completed(showing(body));
                    assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
                    assertThat(page.getScore()).isNull();
                    assertThat(page.getWarnings().getFirst()).contains("shows nothing");
                });
    }

    @Test
    void anAnswerWithoutContentIsAFailure() throws InterruptedException {
        Failure failure = failure(pages.answer("/no-bytes", 200, "text/html", ""));
        assertThat(failure.getType()).isEqualTo(FailureType.UNSUPPORTED_CONTENT);
        assertThat(failure.getMessage()).contains("empty");
    }

    @Test
    void aPageThatFillsItselfIsWaitedFor() throws InterruptedException {
        PageResult page =
                completed(
                        pages.html(
                                "/fills",
                                "<!doctype html><html lang=en><title>f</title><body><div id=root></div><script>setTimeout(() => { root.innerHTML = '<main><h1>F</h1><button></button></main>'; }, 2000)</script></body></html>"));
        assertThat(page.getViolations()).extracting(Finding::getRule).contains("button-name");
    }

    @Test
    void aPageWithLittleOnItIsNotEmpty() {
        SideBySide.each(
                List.of(
                        "<button></button>",
                        "<input>",
                        "<svg width=9 height=9></svg>",
                        "<div id=host></div><script>host.attachShadow({mode: 'open'}).innerHTML = '<p>Text</p>'</script>",
                        "<x-closed style='display:block;height:9px'></x-closed><script>customElements.define('x-closed', class extends HTMLElement { constructor() { super(); this.attachShadow({mode: 'closed'}).innerHTML = '<p>Text</p>'; } })</script>"),
                body -> completed(showing(body)));
    }

    private static String showing(String body) {
        return pages.html(
                fresh("/shows"),
                "<!doctype html><html lang=en><title>s</title><body>%s</body></html>"
                        .formatted(body));
    }

    @Test
    void aStatusBelowTheErrorsIsNotThePageEither() throws Exception {
        for (int status : List.of(300, 302, 304)) {
            try (var server =
                    answering(
                            "HTTP/1.1 %d Some\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n%s"
                                    .formatted(status, GOOD))) {
                Failure failure = failure("http://127.0.0.1:%d/".formatted(server.getLocalPort()));
                // Chromium itself takes a 304 that it did not ask for as a broken answer.
                assertThat(failure.getType())
                        .isEqualTo(status == 304 ? FailureType.NAVIGATION : FailureType.HTTP_ERROR);
            }
        }
    }

    @Test
    void halfAPageIsANavigationFailure() throws Exception {
        for (String head : List.of("Content-Length: 10000", "Transfer-Encoding: chunked")) {
            String begin = head.startsWith("T") ? "1388\r\n" : "";
            try (var server =
                    answering(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n%s\r\n\r\n%s%s%s"
                                    .formatted(head, begin, GOOD, "<p>x</p>".repeat(600)))) {
                Failure failure = failure("http://127.0.0.1:%d/".formatted(server.getLocalPort()));
                assertThat(failure.getType()).isEqualTo(FailureType.NAVIGATION);
                assertThat(failure.getMessage()).contains("did not arrive whole: net::ERR_");
            }
        }
    }

    @Test
    void aFrameWithTooMuchInItIsNamedAndTheRestIsScanned() throws InterruptedException {
        pages.html(
                "/flood",
                BAD.formatted(
                        "<script>for (let i = 0; i < 1000; i++) { const b = document.createElement('button'); b.id = 'x'.repeat(6000) + i; document.body.append(b); }</script>"));
        PageResult page =
                completed(
                        request(
                                        pages.html(
                                                "/around-flood",
                                                BAD.formatted(
                                                        "<iframe title=x src=/flood></iframe>")))
                                .setOptions(timeout(120_000))
                                .build());
        assertThat(page.getWarnings())
                .singleElement()
                .asString()
                .contains("/flood was not scanned: what was found in it is too much to keep");
        assertThat(finding(page, "button-name").getNodeCount()).isEqualTo(1);
    }

    @Test
    void anEndlessAddressDoesNotEndTheConversation() throws InterruptedException {
        int before = browser.starts();
        String url =
                pages.html(
                        "/long-address",
                        BAD.formatted(
                                "<script>new Image().src = 'data:image/png,' + 'a'.repeat(40 * 1024 * 1024)</script>"));
        assertThat(completed(url).getViolations()).hasSize(3);
        assertThat(browser.starts()).isEqualTo(before);
    }

    @Test
    void thePageAtTheEndOfAScriptedRedirectIsTheOneScanned() throws InterruptedException {
        String target = pages.html("/target", BAD.formatted(""));
        for (String way :
                List.of(
                        "<script>location.replace('/target')</script>",
                        "<meta http-equiv=refresh content='0;url=/target'>")) {
            PageResult page = completed(pages.html("/moves", GOOD + way));
            assertThat(page.getFinalUrl()).isEqualTo(target);
            assertThat(page.getViolations()).hasSize(3);
        }
    }

    @Test
    void aPageThatKeepsReloadingIsANavigationFailure() throws InterruptedException {
        String url =
                pages.html("/reloads", GOOD + "<script>onload = () => location.reload()</script>");
        assertThat(failure(request(url).setOptions(timeout(20_000)).build()).getType())
                .isEqualTo(FailureType.NAVIGATION);
    }

    @Test
    void aScriptedWayToNowhereIsANavigationFailure() throws InterruptedException {
        for (String nowhere : List.of("http://127.0.0.1:5/", "about:blank")) {
            String url =
                    pages.html(
                            "/to-nowhere",
                            GOOD + "<script>location = '%s'</script>".formatted(nowhere));
            assertThat(failure(url).getType()).isEqualTo(FailureType.NAVIGATION);
        }
    }

    @Test
    void aTabThatCrashesIsABrowserCrash() throws Exception {
        String url = pages.html("/crashes", GOOD + "<script>for(;;);</script>");
        var outcome =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return failure(request(url).setOptions(timeout(60_000)).build());
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        try (SharedBrowser.Lease lease = browser.lease()) {
            org.awaitility.Awaitility.await().until(() -> pages.asked().contains("/crashes"));
            killRenderers(lease.chrome());
        }
        assertThat(outcome.get(2, TimeUnit.MINUTES).getType()).isEqualTo(FailureType.BROWSER_CRASH);
    }

    @Test
    void aBrowserThatDiesIsReplaced() throws Exception {
        String url = pages.html("/dies", GOOD + "<script>for(;;);</script>");
        var outcome =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return failure(request(url).setOptions(timeout(60_000)).build());
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        int before = browser.starts();
        try (SharedBrowser.Lease lease = browser.lease()) {
            org.awaitility.Awaitility.await().until(() -> pages.asked().contains("/dies"));
            ProcessHandle.of(lease.chrome().pid()).orElseThrow().destroyForcibly();
        }
        assertThat(outcome.get(2, TimeUnit.MINUTES).getType()).isEqualTo(FailureType.BROWSER_CRASH);
        assertThat(completed(pages.address("/good")).getViolations()).isEmpty();
        assertThat(browser.starts()).isEqualTo(before + 1);
    }

    @Test
    void anInterruptCancelsAScan() throws Exception {
        String url = pages.html("/cancelled", GOOD + "<script>for(;;);</script>");
        var cancelled = new CompletableFuture<Boolean>();
        Thread scan =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                scanner.scan(
                                        request(url).setOptions(timeout(120_000)).build(),
                                        Instant.now().plusSeconds(120));
                                cancelled.complete(false);
                            } catch (InterruptedException _) {
                                cancelled.complete(true);
                            }
                        });
        org.awaitility.Awaitility.await().until(() -> pages.asked().contains("/cancelled"));
        scan.interrupt();
        assertThat(cancelled.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aPrivateAddressIsRefusedUnlessAllowed() throws InterruptedException {
        PageScanner strict = scanner(List.of());
        for (String url :
                List.of(
                        pages.address("/good"),
                        "http://localhost:%d/good".formatted(pages.port()),
                        "http://169.254.169.254/")) {
            var outcome = strict.scan(request(url).build(), Instant.now().plusSeconds(20));
            assertThat(((ScanOutcome.Failed) outcome).failure().getType())
                    .isEqualTo(FailureType.UNSAFE_TARGET);
        }
    }

    @Test
    void aRedirectToAPrivateAddressIsRefusedBeforeItIsFollowed() throws InterruptedException {
        try (var secret = new TestPages()) {
            String inner = secret.html("/secret", BAD.formatted(""));
            String url = pages.answer("/inwards", exchange -> redirect(exchange, inner));
            String scripted =
                    pages.html(
                            "/scripted",
                            GOOD + "<script>location = '%s'</script>".formatted(inner));
            PageScanner strict = scanner(List.of("127.0.0.1:" + pages.port()));
            for (String way : List.of(url, scripted)) {
                var outcome = strict.scan(request(way).build(), Instant.now().plusSeconds(20));
                assertThat(((ScanOutcome.Failed) outcome).failure().getType())
                        .isEqualTo(FailureType.UNSAFE_TARGET);
            }
            assertThat(secret.asked()).isEmpty();
        }
    }

    @Test
    void ofAJobThatCannotBeDoneTheFieldIsNamed() throws InterruptedException {
        String url = pages.address("/good");
        assertThat(failure(request("file:///etc/passwd").build()).getField()).isEqualTo("url");
        assertThat(failure(request(url).setStandard("wcag9").build()).getField())
                .isEqualTo("standard");
        assertThat(failure(request(url).setOptions(timeout(999)).build()).getField())
                .isEqualTo("options.timeoutMillis");
        ScanOptions wide = ScanOptions.newBuilder().setViewportWidth(5_000).build();
        Failure failure = failure(request(url).setOptions(wide).build());
        assertThat(failure.getType()).isEqualTo(FailureType.INVALID_JOB);
        assertThat(failure.getField()).isEqualTo("options.viewportWidth");
    }

    @Test
    void theViewportIsTheOneAskedFor() throws InterruptedException {
        String url =
                pages.html(
                        "/viewport",
                        GOOD + "<script>document.title = innerWidth + 'x' + innerHeight</script>");
        ScanOptions phone =
                ScanOptions.newBuilder().setViewportWidth(375).setViewportHeight(812).build();
        assertThat(completed(request(url).setOptions(phone).build()).getTitle())
                .isEqualTo("375x812");
    }

    /** A path that nobody else has. */
    private static String fresh(String path) {
        return path + cases.incrementAndGet();
    }

    private static ChromeLauncher launcher() {
        return new ChromeLauncher(BrowserPrograms.find("", ""), true);
    }

    private static PageScanner scanner(List<String> allowed) {
        return new PageScanner(
                browser,
                egress.allowing(allowed),
                SecretSealer.of(new SecretProperties(java.util.Map.of(), "")),
                JsonMapper.shared(),
                ScanProperties.defaults());
    }

    private static ScanRequest.Builder request(String url) {
        return ScanRequest.newBuilder()
                .setScanId("scan")
                .setRequestId("request")
                .setUrl(url)
                .setHost("127.0.0.1")
                .setOptions(timeout(30_000))
                .setSubmittedAt(Instant.EPOCH);
    }

    private static ScanOptions timeout(int millis) {
        return ScanOptions.newBuilder().setTimeoutMillis(millis).build();
    }

    private static PageResult completed(String url) throws InterruptedException {
        return completed(request(url).build());
    }

    private static PageResult completed(ScanRequest request) throws InterruptedException {
        return switch (scanner.scan(request, Instant.now().plusSeconds(150))) {
            case ScanOutcome.Completed(PageResult page) -> page;
            case ScanOutcome.Failed(Failure failure) -> throw new AssertionError(failure);
        };
    }

    private static Failure failure(String url) throws InterruptedException {
        return failure(request(url).build());
    }

    private static Failure failure(ScanRequest request) throws InterruptedException {
        return switch (scanner.scan(request, Instant.now().plusSeconds(150))) {
            case ScanOutcome.Completed(PageResult page) -> throw new AssertionError(page);
            case ScanOutcome.Failed(Failure failure) -> failure;
        };
    }

    private static Finding finding(PageResult page, String rule) {
        return page.getViolations().stream()
                .filter(finding -> finding.getRule().equals(rule))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no " + rule + " in " + page.getViolations()));
    }

    private static void killRenderers(Chrome chrome) {
        ProcessHandle.of(chrome.pid())
                .orElseThrow()
                .descendants()
                .filter(process -> isRenderer(process.pid()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean isRenderer(long pid) {
        try {
            return java.nio.file.Files.readString(
                            java.nio.file.Path.of("/proc/" + pid + "/cmdline"))
                    .contains("--type=renderer");
        } catch (java.io.IOException _) {
            return false;
        }
    }

    /** Sends the same few bytes to whoever connects, and hangs up. */
    private static ServerSocket answering(String answer) throws java.io.IOException {
        var server = new ServerSocket(0);
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try (var socket = server.accept()) {
                            int _ = socket.getInputStream().read(new byte[4_096]);
                            socket.getOutputStream()
                                    .write(
                                            answer.getBytes(
                                                    java.nio.charset.StandardCharsets.UTF_8));
                        } catch (java.io.IOException _) {
                            // The next one may have more luck.
                        }
                    }
                });
        return server;
    }

    private static void redirect(com.sun.net.httpserver.HttpExchange exchange, String to)
            throws java.io.IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
