package io.stepfree.processor.scan;

import static io.stepfree.processor.scan.RunningScanner.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nothing is called clean that was not the page. */
class ValidityTest {

    private static final String SHELL =
            "<!doctype html><html lang=en><title>%s</title><main><h1>%s</h1><p>%s</p></main></html>";

    private static final AtomicInteger cases = new AtomicInteger();

    private static RunningScanner scanner;

    @BeforeAll
    static void start() {
        scanner =
                new RunningScanner(
                        new ScanProperties(50, Duration.ofMillis(250), 2_000, "", RobotsMode.OFF));
        scanner.pages.html("/good", GOOD);
    }

    @AfterAll
    static void stop() {
        scanner.close();
    }

    @AfterEach
    void theNextScanIsClean() throws InterruptedException {
        PageResult page = scanner.completed(scanner.pages.address("/good"));
        assertThat(page.getValidity()).isEqualTo(Validity.VALID);
        assertThat(page.getScore()).isEqualTo(100);
        assertThat(page.getWarnings()).isEmpty();
    }

    @Test
    void aBotWallThatAnswersAsIfAllWereWellIsAFailure() {
        SideBySide.each(
                List.of(
                        "Just a moment...",
                        "Attention Required! | Cloudflare",
                        "Are you a robot?",
                        "Access to this page has been denied"),
                title -> {
                    Failure failure = scanner.failure(shell("/wall", title, title, "Wait."));
                    assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
                    assertThat(failure.getMessage()).contains(title);
                });
    }

    @Test
    void aChallengeIsKnownByItsMarks() throws InterruptedException {
        Failure failure =
                scanner.failure(
                        scanner.pages.html(
                                "/challenge",
                                SHELL.formatted(
                                        "example.com",
                                        "example.com",
                                        "<div id=px-captcha>Press and hold</div>")));
        assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
        assertThat(failure.getMessage()).contains("PerimeterX");
    }

    @Test
    void anArticleAboutRobotsIsNoBotWall() throws InterruptedException {
        String url =
                scanner.pages.html(
                        "/article",
                        SHELL.formatted(
                                "Are you a robot? An essay",
                                "Robots",
                                "They are not. ".repeat(200)));
        assertThat(scanner.completed(url).getValidity()).isEqualTo(Validity.VALID);
    }

    @Test
    void aShortPageWithASimilarTitleIsNoBotWall() {
        SideBySide.each(
                List.of("Security checklist", "Bot protection – Vendor", "Logic of catalogues"),
                title ->
                        assertThat(
                                        scanner.completed(
                                                        shell("/blog-info", title, title, "Short."))
                                                .getValidity())
                                .isEqualTo(Validity.VALID));
    }

    @Test
    void aSiteThatIsAskedTooOftenSaysWhenToComeBack() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/busy",
                        exchange -> {
                            exchange.getResponseHeaders().set("Retry-After", "120");
                            exchange.sendResponseHeaders(429, -1);
                        });
        Failure failure = scanner.failure(url);
        assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
        assertThat(failure.getRetryAfterMillis()).isEqualTo(120_000);
    }

    @Test
    void aBotWallThatSaysSoIsAFailureOfItsOwn() throws InterruptedException {
        String url =
                scanner.pages.answer(
                        "/mitigated",
                        exchange -> {
                            exchange.getResponseHeaders().set("cf-mitigated", "challenge");
                            exchange.sendResponseHeaders(403, -1);
                        });
        assertThat(scanner.failure(url).getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
    }

    @Test
    void aLoginInThePagesPlaceIsSuspectAndHasNoScore() throws InterruptedException {
        String login =
                "<!doctype html><html lang=en><title>Welcome</title><main><h1>Sign in</h1><form><label>Word <input type=password></label></form></main></html>";
        scanner.pages.html("/account/login", login);
        String url =
                scanner.pages.answer(
                        "/members",
                        exchange -> {
                            exchange.getResponseHeaders()
                                    .set("Location", "/account/login?return=/members");
                            exchange.sendResponseHeaders(302, -1);
                        });
        PageResult page = scanner.completed(url);
        assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
        assertThat(page.getScore()).isNull();
        assertThat(page.getWarnings().getFirst()).contains("login in the page's place");

        PageResult asked = scanner.completed(scanner.pages.address("/account/login"));
        assertThat(asked.getValidity()).isEqualTo(Validity.VALID);
    }

    @Test
    void aLoginThatAsksForTheNameFirstIsSuspect() {
        SideBySide.each(
                List.of(
                        new Way(
                                "http://localhost/start",
                                "<input name=q autocomplete='username webauthn'>"),
                        new Way(
                                "http://localhost/first",
                                "<input name=loginfmt type=email><input type=checkbox>"),
                        new Way("/account/sign-in", "<input type=email>"),
                        new Way("/sso", "<input name=Username><select><option>English</select>")),
                way -> {
                    PageResult page = scanner.completed(way.address());
                    assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
                    assertThat(page.getScore()).isNull();
                    assertThat(page.getWarnings().getFirst())
                            .contains("user name or an e-mail address")
                            .contains("login in the page's place");
                });
    }

    /**
     * A newsletter of a site that has moved, another one, what is not called a login, a page with
     * more on it, and a search.
     */
    @Test
    void aPageWithAFieldForAnAddressIsNoLogin() {
        SideBySide.each(
                List.of(
                        new Way("http://localhost/moved", "<input type=email>"),
                        new Way("/home", "<input type=email>"),
                        new Way("/house", "<input name=username>"),
                        new Way("/auth", "<input type=email><input type=search>"),
                        new Way("/auth/", "<input type=search>")),
                way ->
                        assertThat(scanner.completed(way.address()).getValidity())
                                .isEqualTo(Validity.VALID));
    }

    @Test
    void aLoginThatWasAskedForIsNotSuspect() throws InterruptedException {
        scanner.pages.html("/login/next", SHELL.formatted("L", "L", "<input name=username>"));
        String url =
                scanner.pages.answer(
                        "/login",
                        exchange -> {
                            exchange.getResponseHeaders().set("Location", "/login/next");
                            exchange.sendResponseHeaders(302, -1);
                        });
        assertThat(scanner.completed(url).getValidity()).isEqualTo(Validity.VALID);
    }

    /** To a page with these fields, on this site or on another. */
    private record Way(String to, String fields) {

        /** Of a page that leads there. */
        String address() {
            String path = to.replaceFirst("^http://localhost", "");
            scanner.pages.html(path, SHELL.formatted("Welcome", "Welcome", fields));
            String target =
                    to.startsWith("/")
                            ? to
                            : "http://localhost:%d%s".formatted(scanner.pages.port(), path);
            return scanner.pages.answer(
                    "/wanted" + cases.incrementAndGet(),
                    exchange -> {
                        exchange.getResponseHeaders().set("Location", target);
                        exchange.sendResponseHeaders(302, -1);
                    });
        }
    }

    @Test
    void anErrorPageAnsweredAsIfAllWereWellIsSuspect() {
        SideBySide.each(
                List.of("404 Not Found", "Page not found", "Error 503", "Internal Server Error"),
                title -> {
                    PageResult page =
                            scanner.completed(shell("/soft-error", title, "Oops", "Sorry."));
                    assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
                    assertThat(page.getScore()).isNull();
                });
    }

    /** At an address of its own. */
    private static String shell(String path, String title, String heading, String text) {
        return scanner.pages.html(
                path + cases.incrementAndGet(), SHELL.formatted(title, heading, text));
    }

    @Test
    void aShellThatNeverFilledIsSuspect() throws InterruptedException {
        PageResult page =
                scanner.completed(
                        scanner.pages.html(
                                "/shell",
                                "<!doctype html><html lang=en><title>App</title><main>Loading…</main></html>"));
        assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
        assertThat(page.getWarnings().getFirst()).contains("Loading…");
    }

    @Test
    void whatIsInAClosedShadowRootIsNamedAsNotSeen() throws InterruptedException {
        PageResult page =
                scanner.completed(
                        scanner.pages.html(
                                "/closed",
                                """
                                <!doctype html><html lang=en><title>C</title><main><h1>C</h1><x-closed></x-closed><div id=plain></div></main>
                                <script>
                                customElements.define('x-closed', class extends HTMLElement {
                                  constructor() { super(); this.attachShadow({mode: 'closed'}).innerHTML = '<img src="data:,">seen'; }
                                });
                                plain.attachShadow({mode: 'closed'}).innerHTML = 'text';
                                </script></html>
                                """));
        assertThat(page.getValidity()).isEqualTo(Validity.PARTIAL);
        assertThat(page.getWarnings())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("<x-closed>"))
                .anyMatch(warning -> warning.contains("<div#plain>"));
        assertThat(page.getScore()).isNotNull();
    }

    @Test
    void aClosedShadowRootIsAlsoNoticedInFramesAndInPlaceOfChildren() throws InterruptedException {
        scanner.pages.html(
                "/closed-inner",
                """
                <!doctype html><html lang=en><title>I</title><main><h1>I</h1><section id=room></section></main><script>
                room.attachShadow({mode: 'closed'}).innerHTML = 'text';
                </script></html>
                """);
        PageResult page =
                scanner.completed(
                        scanner.pages.html(
                                "/closed-outer",
                                """
                                <!doctype html><html lang=en><title>O</title><main><h1>O</h1>
                                <div id=instead><p>Never <span>shown</span></p></div><div id=plain><p hidden>Not now</p></div>
                                <iframe id=near title=near src=/closed-inner></iframe>
                                <iframe id=far title=far src="%s"></iframe></main><script>
                                instead.attachShadow({mode: 'closed'}).innerHTML = 'text';
                                </script></html>
                                """
                                        .formatted(
                                                scanner.pages
                                                        .address("/closed-inner")
                                                        .replace("127.0.0.1", "localhost"))));
        assertThat(page.getValidity()).isEqualTo(Validity.PARTIAL);
        assertThat(page.getWarnings())
                .hasSize(3)
                .allMatch(warning -> warning.contains("closed shadow root"))
                .anyMatch(warning -> warning.contains("<div#instead> was not scanned"))
                .anyMatch(warning ->
                        warning.matches(
                                ".*<section#room> in the frame http://127.*/closed-inner was.*"))
                .anyMatch(warning ->
                        warning.matches(
                                ".*<section#room> in the frame http://localhost.*/closed-inner was.*"));
    }

    @Test
    void aPageOfTooManyElementsIsNotBegun() throws InterruptedException {
        Failure failure =
                scanner.failure(
                        scanner.pages.html(
                                "/many", SHELL.formatted("M", "M", "<b>x</b>".repeat(2_100))));
        assertThat(failure.getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
        assertThat(failure.getMessage()).contains("max-elements");
    }

    @Test
    void whatIsNestedTooDeepIsALimitAndNoCrash() throws InterruptedException {
        Failure failure =
                scanner.failure(
                        scanner.pages.html(
                                "/deep",
                                SHELL.formatted("D", "D", "text")
                                        + "<script>let at = document.querySelector('main'); for (let i = 0; i < 1500; i++) { const e = document.createElement('div'); e.append('x'); at.append(e); at = e; }</script>"));
        assertThat(failure.getType()).isEqualTo(FailureType.RESOURCE_LIMIT);
        assertThat(failure.getMessage()).contains("deep");
    }
}
