package io.stepfree.processor.scan;

import static io.stepfree.processor.scan.RunningScanner.GOOD;
import static io.stepfree.processor.scan.RunningScanner.options;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.scan.ActionKind;
import io.stepfree.schemas.scan.ColorScheme;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.PageAction;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Screenshots;
import io.stepfree.schemas.scan.Validity;
import io.stepfree.schemas.scan.WaitCondition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a client chooses beside the address is what the page sees. */
class ScanOptionsTest {

    private static final String LATE =
            "<!doctype html><html lang=en><title>Late</title><main><h1>Late</h1></main><script>%s</script></html>";

    private static RunningScanner scanner;

    @BeforeAll
    static void start() {
        scanner = new RunningScanner();
    }

    @AfterAll
    static void stop() {
        scanner.close();
    }

    @Test
    void aDeviceIsShownInAllItsTraits() throws InterruptedException {
        String url =
                mirror(
                        "/device",
                        "[innerWidth, devicePixelRatio, navigator.maxTouchPoints > 0, matchMedia('(prefers-color-scheme: dark)').matches].join()");
        var phone =
                options()
                        .setViewportWidth(390)
                        .setViewportHeight(844)
                        .setDeviceScaleFactor(3)
                        .setMobile(true)
                        .setColorScheme(ColorScheme.DARK)
                        .build();
        assertThat(scanner.completed(url, phone).getTitle()).isEqualTo("980,3,true,true");
        assertThat(scanner.completed(url).getTitle()).isEqualTo("1280,1,false,false");
    }

    @Test
    void theVisitorNamesItselfUnlessToldOtherwise() throws InterruptedException {
        String url = mirror("/agent", "navigator.userAgent");
        assertThat(scanner.completed(url).getTitle())
                .startsWith("Mozilla/5.0")
                .endsWith(" Stepfree")
                .doesNotContain("Headless");
        assertThat(scanner.completed(url, options().setUserAgent("Reader/1").build()).getTitle())
                .isEqualTo("Reader/1");
        String served =
                scanner.pages.answer(
                        "/served-agent",
                        exchange -> title(exchange, header(exchange, "User-Agent")));
        assertThat(scanner.completed(served, options().setUserAgent("Reader/1").build()).getTitle())
                .isEqualTo("Reader/1");
    }

    @Test
    void theLanguageIsAskedForAndShown() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/language",
                        exchange -> title(exchange, header(exchange, "Accept-Language")));
        assertThat(
                        scanner.completed(url, options().setLanguage("de-CH,fr;q=0.5").build())
                                .getTitle())
                .startsWith("de-CH");
        assertThat(
                        scanner.completed(
                                        mirror("/shown-language", "navigator.language"),
                                        options().setLanguage("de-CH,fr;q=0.5").build())
                                .getTitle())
                .isEqualTo("de-CH");
    }

    @Test
    void headersAndCredentialsGoToTheScannedOriginOnly() throws InterruptedException {
        String elsewhere = "http://localhost:" + scanner.pages.port() + "/elsewhere.js";
        scanner.pages.answer(
                "/elsewhere.js",
                exchange -> {
                    String seen =
                            header(exchange, "X-Token") + "/" + header(exchange, "Authorization");
                    script(exchange, "document.title += ' elsewhere:' + '%s';".formatted(seen));
                });
        scanner.pages.answer(
                "/own.js",
                exchange ->
                        script(
                                exchange,
                                "document.title = 'own:%s';"
                                        .formatted(header(exchange, "X-Token"))));
        String url =
                scanner.pages.answer(
                        "/guarded",
                        exchange -> {
                            String expected =
                                    "Basic "
                                            + Base64.getEncoder()
                                                    .encodeToString(
                                                            "ann:s3cret"
                                                                    .getBytes(
                                                                            StandardCharsets
                                                                                    .UTF_8));
                            if (header(exchange, "Authorization").equals(expected)
                                    && header(exchange, "X-Token").equals("t0ken")) {
                                page(
                                        exchange,
                                        "<!doctype html><html lang=en><title>in</title><main><h1>In</h1></main><script src=/own.js></script><script src='%s'></script></html>"
                                                .formatted(elsewhere));
                            } else {
                                exchange.getResponseHeaders()
                                        .set("WWW-Authenticate", "Basic realm=\"x\"");
                                exchange.sendResponseHeaders(401, -1);
                            }
                        });
        var secrets =
                new ScanSecrets(
                        Map.of("X-Token", "t0ken"),
                        List.of(),
                        new ScanSecrets.BasicAuth("ann", "s3cret"),
                        List.of());
        assertThat(scanner.completed(url, scanner.with(secrets).build()).getTitle())
                .isEqualTo("own:[secret] elsewhere:/");
        var wrong =
                new ScanSecrets(
                        Map.of(), List.of(), new ScanSecrets.BasicAuth("ann", "wrong"), List.of());
        assertThat(scanner.failure(url, scanner.with(wrong).build()).getHttpStatus())
                .isEqualTo(401);
        assertThat(scanner.failure(url).getHttpStatus()).isEqualTo(401);
    }

    @Test
    void aCookieIsThereAtTheFirstRequest() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/cookie", exchange -> title(exchange, header(exchange, "Cookie")));
        var secrets =
                new ScanSecrets(
                        Map.of(),
                        List.of(new ScanSecrets.Cookie("seen", "yes", "", "")),
                        null,
                        List.of());
        assertThat(scanner.completed(url, scanner.with(secrets).build()).getTitle())
                .isEqualTo("seen=yes");
        assertThat(scanner.completed(url).getTitle()).isEmpty();
    }

    @Test
    void aLoginIsGoneThroughBeforeTheScan() throws InterruptedException {
        scanner.pages.answer(
                "/inside",
                exchange -> {
                    String sent =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    if (sent.equals("name=ann&role=editor&word=open+sesame")) {
                        page(
                                exchange,
                                "<!doctype html><html lang=en><title>Inside</title><main><h1>Inside</h1><img src='data:,'></main></html>");
                    } else {
                        exchange.sendResponseHeaders(403, -1);
                    }
                });
        String url =
                scanner.pages.html(
                        "/login",
                        """
                        <!doctype html><html lang=en><title>Login</title><main><h1>Login</h1>
                        <div id=wall style="position:fixed;inset:0;background:#fff"><button id=agree onclick="wall.remove()">Agree</button></div>
                        <form method=post action=/inside><label>Name <input id=name name=name value=old></label>
                        <label>Role <select id=role name=role><option value=reader>Reader</option><option value=editor>Editor</option></select></label>
                        <label>Word <input id=word name=word type=password></label><button>Go</button></form></main></html>
                        """);
        List<PageAction> actions =
                List.of(
                        action(ActionKind.CLICK, "#agree", ""),
                        action(ActionKind.FILL, "#name", ""),
                        action(ActionKind.SELECT, "#role", "Editor"),
                        action(ActionKind.FILL, "#word", ""),
                        action(ActionKind.PRESS, "#word", "Enter"),
                        action(ActionKind.SCROLL, "", ""),
                        action(ActionKind.WAIT, "h1", ""));
        var secrets = new ScanSecrets(Map.of(), List.of(), null, List.of("ann", "open sesame"));
        PageResult page = scanner.completed(url, scanner.with(secrets).setActions(actions).build());
        assertThat(page.getTitle()).isEqualTo("Inside");
        assertThat(page.getFinalUrl()).endsWith("/inside");
        assertThat(RunningScanner.rules(page)).containsExactly("image-alt");
        assertThat(page.getTimings()).containsKey("actions");
        assertThat(page.getValidity()).isEqualTo(Validity.VALID);
        assertThat(page.toString()).doesNotContain("sesame");

        var wrong = new ScanSecrets(Map.of(), List.of(), null, List.of("ann", "shut"));
        assertThat(
                        scanner.failure(url, scanner.with(wrong).setActions(actions).build())
                                .getHttpStatus())
                .isEqualTo(403);
    }

    @Test
    void whatWasTypedIsNotToldOnEvenWhenThePageRepeatsIt() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/repeats",
                        """
                        <!doctype html><html lang=en><title>-</title><main><h1>R</h1><label>W <input id=w></label><img src='data:,'></main><script>
                        w.oninput = () => { document.title = w.value; document.querySelector('img').dataset.q = w.value; history.replaceState(null, '', '/repeats?q=' + encodeURIComponent(w.value)); };
                        </script></html>
                        """);
        var secrets = new ScanSecrets(Map.of(), List.of(), null, List.of("open & sesame"));
        PageResult page =
                scanner.completed(
                        url,
                        scanner.with(secrets)
                                .setActions(List.of(action(ActionKind.FILL, "#w", "")))
                                .build());
        assertThat(page.getTitle()).isEqualTo("[secret]");
        assertThat(page.getFinalUrl()).endsWith("/repeats?q=[secret]");
        assertThat(page.toString()).doesNotContain("sesame");
    }

    @Test
    void aCookieOfADomainIsSentToTheNamesBelow() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/below", exchange -> title(exchange, header(exchange, "Cookie")));
        String named = url.replace("127.0.0.1", "www.shop.test");
        var secrets =
                new ScanSecrets(
                        Map.of(),
                        List.of(new ScanSecrets.Cookie("seen", "yes", "shop.test", "")),
                        null,
                        List.of());
        assertThat(scanner.completed(named, scanner.with(secrets).build()).getTitle())
                .isEqualTo("seen=yes");
    }

    @Test
    void workersOfEveryKindRun() throws InterruptedException {
        scanner.pages.answer("/worker.js", 200, "text/javascript", "postMessage('')");
        scanner.pages.answer(
                "/nesting.js",
                200,
                "text/javascript",
                "new Worker('/worker.js').onmessage = () => postMessage('')");
        scanner.pages.answer(
                "/shared.js",
                200,
                "text/javascript",
                "onconnect = e => e.ports[0].postMessage('')");
        scanner.pages.answer("/service.js", 200, "text/javascript", "");
        scanner.pages.answer("/audio.js", 200, "text/javascript", "");
        String url =
                scanner.pages.html(
                        "/workers",
                        GOOD
                                + """
                                <script>
                                const told = (worker) => new Promise(tell => worker.onmessage = tell);
                                Promise.all([
                                  told(new Worker('/worker.js')),
                                  told(new Worker('/nesting.js')),
                                  told(new SharedWorker('/shared.js').port),
                                  navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready),
                                  new OfflineAudioContext(1, 1, 8000).audioWorklet.addModule('/audio.js'),
                                ]).then(() => document.querySelector('main').append(document.createElement('button')));
                                </script>
                                """);
        PageResult page =
                scanner.completed(
                        url,
                        options()
                                .setWaitFor(WaitCondition.SELECTOR)
                                .setWaitSelector("button")
                                .build());
        assertThat(RunningScanner.rules(page)).containsExactly("button-name");
    }

    @Test
    void whatNeverComesIsToldInTheEnd() {
        SideBySide.all(
                ScanOptionsTest::anElementThatNeverComesIsNamed,
                ScanOptionsTest::aNetworkThatIsNeverQuietIsToldAndThePageScannedAllTheSame);
    }

    private static void anElementThatNeverComesIsNamed() throws InterruptedException {
        String url = scanner.pages.html("/plain", GOOD);
        Failure failure =
                scanner.failure(
                        url,
                        options()
                                .setTimeoutMillis(10_000)
                                .setWaitFor(WaitCondition.SELECTOR)
                                .setWaitSelector("#never")
                                .build());
        assertThat(failure.getType()).isEqualTo(FailureType.TIMEOUT);
        assertThat(failure.getMessage()).contains("options.waitSelector").contains("#never");
    }

    @Test
    void thePageIsScannedWhenWhatIsWaitedForIsThere() {
        SideBySide.all(
                ScanOptionsTest::anElementIsWaitedFor,
                ScanOptionsTest::aPageThatChangesIsWaitedFor,
                ScanOptionsTest::aNetworkIsWaitedFor);
    }

    private static void anElementIsWaitedFor() throws InterruptedException {
        String selector =
                scanner.pages.html(
                        "/late",
                        LATE.formatted(
                                "setTimeout(() => document.querySelector('main').insertAdjacentHTML('beforeend', '<img id=late width=9 height=9 src=data:,>'), 1500)"));
        assertThat(
                        RunningScanner.rules(
                                scanner.completed(
                                        selector,
                                        options()
                                                .setWaitFor(WaitCondition.SELECTOR)
                                                .setWaitSelector("#late")
                                                .build())))
                .containsExactly("image-alt");
    }

    private static void aPageThatChangesIsWaitedFor() throws InterruptedException {
        String stable =
                scanner.pages.html(
                        "/changing",
                        LATE.formatted(
                                "let n = 0; const t = setInterval(() => { const i = document.createElement('img'); i.src = 'data:,'; document.querySelector('main').append(i); if (++n === 16) clearInterval(t); }, 100)"));
        PageResult changed =
                scanner.completed(stable, options().setWaitFor(WaitCondition.DOM_STABLE).build());
        assertThat(changed.getViolations().getFirst().getNodeCount()).isEqualTo(16);
    }

    private static void aNetworkIsWaitedFor() throws InterruptedException {
        scanner.pages.answer(
                "/slow.json",
                exchange -> {
                    sleep(1_200);
                    script(exchange, "{}");
                });
        String network =
                scanner.pages.html(
                        "/fetches",
                        LATE.formatted(
                                "onload = () => setTimeout(() => fetch('/slow.json').then(() => { document.title = 'done'; }), 50)"));
        assertThat(
                        scanner.completed(
                                        network,
                                        options().setWaitFor(WaitCondition.NETWORK_QUIET).build())
                                .getTitle())
                .isEqualTo("done");
    }

    private static void aNetworkThatIsNeverQuietIsToldAndThePageScannedAllTheSame()
            throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/restless",
                        GOOD
                                + "<script>setInterval(() => fetch('/restless?' + Math.random()), 100)</script>");
        PageResult page =
                scanner.completed(
                        url,
                        options()
                                .setTimeoutMillis(10_000)
                                .setWaitFor(WaitCondition.NETWORK_QUIET)
                                .build());
        assertThat(page.getValidity()).isEqualTo(Validity.PARTIAL);
        assertThat(page.getWarnings())
                .anyMatch(warning -> warning.contains("never stopped loading"));
    }

    @Test
    void picturesAreTakenWhenAskedFor() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/pictured",
                        "<!doctype html><html lang=en><title>P</title><main><h1>P</h1><p style='margin-top:3000px;color:#bbb'>Faint and far down</p></main></html>");
        assertThat(scanner.completed(url).getScreenshot()).isNull();
        PageResult page =
                scanner.completed(url, options().setScreenshots(Screenshots.ELEMENTS).build());
        assertThat(page.getScreenshot().getMediaType()).isEqualTo("image/webp");
        assertThat(page.getScreenshot().getWidth()).isEqualTo(1_280);
        assertThat(page.getScreenshot().getData().remaining()).isPositive();
        FindingNode faint = page.getViolations().getFirst().getNodes().getFirst();
        assertThat(faint.getScreenshot().getWidth()).isBetween(24, 800);
        byte[] magic = new byte[4];
        faint.getScreenshot().getData().duplicate().get(magic);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("RIFF");
    }

    @Test
    void aSelectorThatCannotBeReadIsNamedBeforeThePageIsAskedFor() throws InterruptedException {
        String url = scanner.pages.html("/never-asked", GOOD);
        Failure waiting =
                scanner.failure(
                        url,
                        options()
                                .setWaitFor(WaitCondition.SELECTOR)
                                .setWaitSelector("div[")
                                .build());
        assertThat(waiting.getType()).isEqualTo(FailureType.INVALID_JOB);
        assertThat(waiting.getField()).isEqualTo("options.waitSelector");
        Failure action =
                scanner.failure(
                        url,
                        options()
                                .setActions(
                                        List.of(
                                                action(ActionKind.SCROLL, "", ""),
                                                action(ActionKind.CLICK, "p:nope(", "")))
                                .build());
        assertThat(action.getField()).isEqualTo("options.actions[1].selector");
        assertThat(scanner.pages.asked()).doesNotContain("/never-asked");
    }

    @Test
    void secretsWhoseKeyThisWorkerLacksAreOurFault() throws InterruptedException {
        String key = Base64.getEncoder().encodeToString(new byte[32]);
        var elsewhere = SecretSealer.of(new SecretProperties(Map.of("autumn", key), ""));
        var sealed =
                options()
                        .setSecrets(
                                elsewhere.seal(
                                        new ScanSecrets(
                                                Map.of("A", "b"), List.of(), null, List.of()),
                                        "scan"))
                        .build();
        Failure failure = scanner.failure(scanner.pages.html("/sealed", GOOD), sealed);
        assertThat(failure.getType()).isEqualTo(FailureType.LOST);
        assertThat(failure.getMessage()).contains("autumn", "stepfree.secrets.keys");
    }

    @Test
    void secretsOfAnotherScanAreNoneOfOurs() throws InterruptedException {
        var stolen =
                options()
                        .setSecrets(
                                scanner.sealer.seal(
                                        new ScanSecrets(
                                                Map.of("A", "b"), List.of(), null, List.of()),
                                        "another scan"))
                        .build();
        Failure failure = scanner.failure(scanner.pages.html("/stolen", GOOD), stolen);
        assertThat(failure.getType()).isEqualTo(FailureType.INVALID_JOB);
        assertThat(failure.getField()).isEqualTo("options.secrets");
    }

    private static PageAction action(ActionKind kind, String selector, String value) {
        return PageAction.newBuilder().setKind(kind).setSelector(selector).setValue(value).build();
    }

    /** A page that tells in its title what it sees of its visitor. */
    private static String mirror(String path, String expression) {
        return scanner.pages.html(
                path,
                "<!doctype html><html lang=en><title>-</title><main><h1>Mirror</h1></main><script>document.title = %s;</script></html>"
                        .formatted(expression));
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static void title(HttpExchange exchange, String title) throws IOException {
        page(
                exchange,
                "<!doctype html><html lang=en><title>%s</title><main><h1>Told</h1></main></html>"
                        .formatted(title));
    }

    private static void page(HttpExchange exchange, String html) throws IOException {
        send(exchange, "text/html; charset=utf-8", html);
    }

    private static void script(HttpExchange exchange, String script) throws IOException {
        send(exchange, "text/javascript", script);
    }

    private static void send(HttpExchange exchange, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
