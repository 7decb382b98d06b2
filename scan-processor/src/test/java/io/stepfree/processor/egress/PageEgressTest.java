package io.stepfree.processor.egress;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.stepfree.processor.browser.SharedBrowser;
import io.stepfree.processor.scan.ScanOutcome;
import io.stepfree.processor.scan.SideBySide;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every way in which a page may try to reach an address that it must not. In each row the page
 * itself may be visited and the victim, on another port, may not. docs/hostile-inputs.md lists the
 * rows.
 */
class PageEgressTest {

    private static final AtomicInteger attacks = new AtomicInteger();

    private static Scans scans;

    @BeforeAll
    static void start() throws IOException {
        scans = new Scans();
        scans.pages.answer("/hold", PageEgressTest::hold);
    }

    /** Keeps a page loading for long enough that all it began has been tried. */
    private static void hold(HttpExchange exchange) throws IOException {
        try {
            Thread.sleep(700);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.sendResponseHeaders(200, -1);
    }

    @AfterAll
    static void stop() throws IOException {
        scans.close();
    }

    @AfterEach
    void nothingReachedTheVictim() throws InterruptedException {
        scans.assertUnharmed();
    }

    private static final List<String> ATTEMPTS =
            List.of(
                    "P1 image | <img alt=x src=http://VICTIM/a.png>",
                    "P1 image over TLS | <img alt=x src=https://VICTIM/a.png>",
                    "P1 style sheet | <link rel=stylesheet href=http://VICTIM/a.css>",
                    "P1 font | <style>@font-face{font-family:v;src:url(http://VICTIM/a.woff2)}"
                            + " p{font-family:v}</style>",
                    "P1 script | <script src=http://VICTIM/a.js></script>",
                    "P1 module | <script type=module>import('http://VICTIM/a.js').catch(() =>"
                            + " {})</script>",
                    "P1 video | <video autoplay muted src=http://VICTIM/a.mp4></video>",
                    "P1 object | <object aria-label=x data=http://VICTIM/a.svg></object>",
                    "P1 background | <style>p{background:url(http://VICTIM/a.png)}</style>",
                    "P2 frame | <iframe title=x src=http://VICTIM/></iframe>",
                    "P2 frame over TLS | <iframe title=x src=https://VICTIM/></iframe>",
                    "P2 frame that goes inwards | <iframe title=x srcdoc='<meta http-equiv=refresh"
                            + " content=\"0;url=http://VICTIM/\">'></iframe>",
                    "P3 fetch | <script>fetch('http://VICTIM/', {mode: 'no-cors'}).catch(() =>"
                            + " {})</script>",
                    "P3 fetch with keepalive | <script>fetch('http://VICTIM/', {mode: 'no-cors',"
                            + " keepalive: true}).catch(() => {})</script>",
                    "P3 XHR | <script>const x = new XMLHttpRequest(); x.open('POST', 'http://VICTIM/');"
                            + " x.send('a')</script>",
                    "P3 beacon | <script>navigator.sendBeacon('http://VICTIM/', 'a')</script>",
                    "P4 WebSocket | <script>new WebSocket('ws://VICTIM/')</script>",
                    "P4 WebSocket over TLS | <script>new WebSocket('wss://VICTIM/')</script>",
                    "P5 worker | HOLD<script>new Worker(URL.createObjectURL(new"
                            + " Blob(['fetch(\"http://VICTIM/\", {mode: \"no-cors\"}); new"
                            + " WebSocket(\"ws://VICTIM/\")'])))</script>",
                    "P5 shared worker | HOLD<script>new SharedWorker(URL.createObjectURL(new"
                            + " Blob(['fetch(\"http://VICTIM/\", {mode: \"no-cors\"})'])))</script>",
                    "P6 EventSource | <script>new EventSource('http://VICTIM/')</script>",
                    "P7 form into a frame | <iframe title=x name=f></iframe><form id=g method=post"
                            + " target=f action=http://VICTIM/></form><script>g.submit()</script>",
                    "P8 prefetch | <link rel=prefetch href=http://VICTIM/a>",
                    "P8 preload | <link rel=preload as=image href=http://VICTIM/a.png>",
                    "P8 modulepreload | <link rel=modulepreload href=http://VICTIM/a.js>");

    /** VICTIM is its host and port. A page that tried has a warning that says so. */
    @Test
    void aPageReachesOnlyWhatItMay() {
        SideBySide.each(
                ATTEMPTS,
                row -> {
                    PageResult page = completed(attack(row));
                    assertThat(page.getViolations()).isEmpty();
                    assertThat(page.getWarnings())
                            .as("it must have been tried")
                            .anySatisfy(warning ->
                                    assertThat(warning)
                                            .contains("that may not be visited")
                                            .contains(scans.victim.host()));
                });
    }

    private static final List<String> OTHER_WAYS =
            List.of(
                    "P2 frame of a file | <iframe title=x src=file:///etc/passwd></iframe>",
                    "P8 preconnect | <link rel=preconnect href=https://VICTIM><link rel=preconnect"
                            + " href=http://VICTIM>",
                    "P8 prerender | <link rel=prerender href=http://VICTIM/><script"
                            + " type=speculationrules>{\"prerender\":[{\"source\":\"list\",\"urls\":[\"http://VICTIM/\"]}],\"prefetch\":[{\"source\":\"list\",\"urls\":[\"http://VICTIM/\"]}]}</script>",
                    "P10 STUN | <script>const c = new RTCPeerConnection({iceServers: [{urls:"
                            + " 'stun:VICTIM'}]}); c.createDataChannel('a'); c.createOffer().then(o =>"
                            + " c.setLocalDescription(o))</script>",
                    "P11 TURN over TCP | <script>const c = new RTCPeerConnection({iceServers: [{urls:"
                            + " 'turn:VICTIM?transport=tcp', username: 'a', credential: 'b'}],"
                            + " iceTransportPolicy: 'relay'}); c.createDataChannel('a');"
                            + " c.createOffer().then(o => c.setLocalDescription(o))</script>",
                    "P11 TURN over UDP | <script>const c = new RTCPeerConnection({iceServers: [{urls:"
                            + " 'turn:VICTIM', username: 'a', credential: 'b'}]});"
                            + " c.createDataChannel('a'); c.createOffer().then(o =>"
                            + " c.setLocalDescription(o))</script>",
                    "P12 WebTransport | <script>try { new"
                            + " WebTransport('https://VICTIM/').ready.catch(() => {}) } catch (e)"
                            + " {}</script>",
                    "P14 popup | <script>open('http://VICTIM/')</script><a id=l target=_blank"
                            + " href=http://VICTIM/>x</a><script>l.click()</script>",
                    "P16 favicon and manifest | <link rel=icon href=http://VICTIM/i.png><link"
                            + " rel=manifest href=http://VICTIM/m.json>");

    /** What the browser may or may not try by itself, and what does not go by way of a proxy. */
    @Test
    void whatGoesAnotherWayDoesNotArriveEither() {
        SideBySide.each(
                OTHER_WAYS,
                row -> {
                    completed(attack(row) + "HOLD");
                    assertThat(scans.victim.reached()).isZero();
                });
    }

    private static String attack(String row) {
        return row.substring(row.indexOf(" | ") + 3);
    }

    @Test
    @DisplayName("P7 a form that posts inwards ends the scan")
    void aFormThatPostsInwardsEndsTheScan() throws InterruptedException {
        String url =
                page(
                        "<form id=g method=post action=http://VICTIM/><input"
                                + " name=a></form><script>g.submit()</script>");
        assertThat(scans.failure(url).getType()).isEqualTo(FailureType.UNSAFE_TARGET);
    }

    @Test
    @DisplayName("P9 a hint to resolve a name resolves nothing, and names lead to no victim")
    void namesAreResolvedForRequestsOnly() throws InterruptedException {
        scans.egress.name("secret.leak.test", "127.0.0.1");
        completed("<link rel=dns-prefetch href=//hint.leak.test>");
        assertThat(scans.egress.asked()).doesNotContain("hint.leak.test");
        PageResult page =
                completed(
                        "<img alt=x src=http://secret.leak.test:%d/>"
                                .formatted(scans.victim.port()));
        assertThat(page.getWarnings()).singleElement().asString().contains("secret.leak.test");
    }

    @Test
    @DisplayName("P12 Alt-Svc does not lead past the proxy")
    void anAlternativeServiceIsNotUsed() throws InterruptedException {
        headed(
                "/alternative",
                Map.of("Alt-Svc", "h3=\":%1$d\", h2=\":%1$d\"".formatted(scans.victim.port())));
        PageResult page =
                scans.completed(
                        scans.pages.html(
                                "/around-alternative",
                                Scans.GOOD
                                        + "<img alt=x src=/alternative><img alt=x"
                                        + " src=/alternative?2>"));
        assertThat(page.getViolations()).isEmpty();
    }

    @Test
    @DisplayName("P13 a service worker ends with its scan")
    void aServiceWorkerEndsWithItsScan() throws InterruptedException {
        scans.pages.answer(
                "/worker.js",
                200,
                "text/javascript",
                """
                oninstall = () => skipWaiting();
                onactivate = e => e.waitUntil(clients.claim());
                setInterval(() => { fetch('/beat'); fetch('http://VICTIM/', {mode: 'no-cors'}).catch(() => {}); }, 20);
                """
                        .replace("VICTIM", scans.victim.host()));
        scans.pages.answer("/beat", 200, "text/plain", "x");
        String url =
                page(
                        "<script>document.title = 'controlled ' +"
                                + " !!navigator.serviceWorker.controller;"
                                + " navigator.serviceWorker.register('/worker.js')</script>");
        assertThat(scans.completed(url).getTitle()).isEqualTo("controlled false");
        assertThat(beats()).as("the worker ran").isPositive();
        // What was under way has arrived by now; after that there is nothing.
        long left = scans.pages.asked().size();
        assertThat(scans.completed(url).getTitle()).isEqualTo("controlled false");
        scans.completed(scans.pages.address("/good"));
        long before = beats();
        Awaitility.await()
                .during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(2))
                .until(() -> beats() == before);
        assertThat(scans.pages.asked().size()).isGreaterThan((int) left);
    }

    @Test
    @DisplayName("P14 a popup is refused like a page")
    void aPopupIsRefusedLikeAPage() throws InterruptedException {
        PageResult page = completed("<script>open('http://VICTIM/')</script>");
        assertThat(page.getViolations()).isEmpty();
    }

    @Test
    @DisplayName("P15 reports of a page's policies go nowhere")
    void reportsGoNowhere() throws InterruptedException {
        String victim = scans.victim.host();
        String url =
                headed(
                        "/reports",
                        Map.of(
                                "Content-Security-Policy",
                                "script-src 'none'; report-uri http://%s/; report-to r"
                                        .formatted(victim),
                                "Report-To",
                                "{\"group\":\"r\",\"max_age\":100,\"endpoints\":[{\"url\":\"https://%s/\"}]}"
                                        .formatted(victim),
                                "Reporting-Endpoints",
                                "r=\"https://%s/\"".formatted(victim),
                                "NEL",
                                "{\"report_to\":\"r\",\"max_age\":100,\"success_fraction\":1}"));
        assertThat(scans.completed(url).getViolations()).isEmpty();
    }

    @Test
    @DisplayName("P17 what belongs to no scan has no way out")
    void whatBelongsToNoScanHasNoWayOut() throws Exception {
        try (SharedBrowser.Lease lease = scans.browser.lease()) {
            assertThat(
                            Files.readString(
                                            Path.of(
                                                    "/proc/%d/cmdline"
                                                            .formatted(lease.chrome().pid())),
                                            StandardCharsets.UTF_8)
                                    .split("\0"))
                    .contains(
                            "--proxy-server=http://127.0.0.1:1",
                            "--proxy-bypass-list=<-loopback>",
                            "--disable-background-networking");
            // In the browser's own context, where its background calls are made.
            var browser = lease.chrome().connection().browser();
            for (String url :
                    List.of("http://" + scans.victim.host(), "https://" + scans.victim.host())) {
                var target =
                        browser.call(
                                "Target.createTarget", Map.of("url", url), Duration.ofSeconds(10));
                Awaitility.await()
                        .until(() ->
                                browser.call("Target.getTargets", Map.of(), Duration.ofSeconds(10))
                                        .path("targetInfos")
                                        .toString()
                                        .contains(scans.victim.host()));
                browser.call(
                        "Target.closeTarget",
                        Map.of("targetId", target.path("targetId").asString()),
                        Duration.ofSeconds(10));
            }
            assertThat(scans.victim.reached()).isZero();
        }
    }

    @Test
    void whatWasRefusedIsCountedAndLoggedOnce() throws InterruptedException {
        double before = refused();
        PageResult page =
                completed(
                        "<img alt=x src=http://VICTIM/1><img alt=x src=http://VICTIM/2><img alt=x"
                                + " src=http://169.254.169.254/>");
        assertThat(page.getWarnings())
                .singleElement()
                .asString()
                .startsWith("3 requests to addresses that may not be visited were refused: ")
                .contains("http://169.254.169.254/");
        assertThat(refused() - before).isEqualTo(3);
    }

    @Test
    void aFrameThatWasRefusedIsNotScannedInTheProxysWords() throws InterruptedException {
        PageResult page = completed("<iframe title=x src=http://VICTIM/></iframe>");
        assertThat(page.getWarnings())
                .anySatisfy(warning -> assertThat(warning).contains("did not load"));
        assertThat(page.getViolations()).isEmpty();
    }

    private static double refused() {
        return scans.egress
                .meters()
                .counter("stepfree.egress.refused", "reason", "unsafe_target")
                .count();
    }

    private static long beats() {
        return scans.pages.asked().stream().filter("/beat"::equals).count();
    }

    private static PageResult completed(String attack) throws InterruptedException {
        return switch (scans.scan(scans.scanner, page(attack))) {
            case ScanOutcome.Completed(PageResult page) -> page;
            case ScanOutcome.Failed(Failure failure) -> throw new AssertionError(failure);
        };
    }

    private static String page(String attack) {
        return scans.pages.html(
                "/attacks" + attacks.incrementAndGet(),
                Scans.GOOD.replace(
                        "</main>",
                        attack.replace("VICTIM", scans.victim.host())
                                        .replace("HOLD", "<img alt=x src=/hold>")
                                + "</main>"));
    }

    /** The good page with headers and a script that no policy allows. */
    private static String headed(String path, Map<String, String> headers) {
        return scans.pages.answer(
                path,
                exchange -> {
                    headers.forEach(exchange.getResponseHeaders()::set);
                    exchange.getResponseHeaders().set("Content-Type", "text/html");
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody()
                            .write(
                                    (Scans.GOOD + "<script>1</script>")
                                            .getBytes(StandardCharsets.UTF_8));
                });
    }
}
