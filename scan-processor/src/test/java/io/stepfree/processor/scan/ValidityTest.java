package io.stepfree.processor.scan;

import static io.stepfree.processor.scan.RunningScanner.GOOD;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.processor.robots.RobotsMode;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Validity;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is called clean that was not the page. */
class ValidityTest {

    private static final String SHELL =
            "<!doctype html><html lang=en><title>%s</title><main><h1>%s</h1><p>%s</p></main></html>";

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Just a moment...",
                "Attention Required! | Cloudflare",
                "Are you a robot?",
                "Access to this page has been denied"
            })
    void aBotWallThatAnswersAsIfAllWereWellIsAFailure(String title) throws InterruptedException {
        Failure failure =
                scanner.failure(
                        scanner.pages.html("/wall", SHELL.formatted(title, title, "Wait.")));
        assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
        assertThat(failure.getMessage()).contains(title);
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

    @ParameterizedTest
    @ValueSource(strings = {"Security checklist", "Bot protection – Vendor", "Logic of catalogues"})
    void aShortPageWithASimilarTitleIsNoBotWall(String title) throws InterruptedException {
        String url = scanner.pages.html("/blog-info", SHELL.formatted(title, title, "Short."));
        assertThat(scanner.completed(url).getValidity()).isEqualTo(Validity.VALID);
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

    @ParameterizedTest
    @CsvSource({
        "http://localhost/start, <input name=q autocomplete='username webauthn'>",
        "http://localhost/start, <input name=loginfmt type=email><input type=checkbox>",
        "/account/sign-in, <input type=email>",
        "/sso, <input name=Username><select><option>English</select>"
    })
    void aLoginThatAsksForTheNameFirstIsSuspect(String to, String fields)
            throws InterruptedException {
        PageResult page = scanner.completed(ledTo(to, fields));
        assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
        assertThat(page.getScore()).isNull();
        assertThat(page.getWarnings().getFirst())
                .contains("user name or an e-mail address")
                .contains("login in the page's place");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost/start, <input type=email>, the newsletter of a site that has moved",
        "/home, <input type=email>, a newsletter",
        "/home, <input name=username>, not called a login",
        "/auth, <input type=email><input type=search>, a page with more on it",
        "/auth, <input type=search>, a search"
    })
    void aPageWithAFieldForAnAddressIsNoLogin(String to, String fields, String what)
            throws InterruptedException {
        PageResult page = scanner.completed(ledTo(to, fields));
        assertThat(page.getValidity()).as(what).isEqualTo(Validity.VALID);
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

    /** A page that leads to one with these fields, on this site or on another. */
    private static String ledTo(String address, String fields) {
        String path = address.replaceFirst("^http://localhost", "");
        scanner.pages.html(path, SHELL.formatted("Welcome", "Welcome", fields));
        String to =
                address.startsWith("/")
                        ? address
                        : "http://localhost:%d%s".formatted(scanner.pages.port(), path);
        return scanner.pages.answer(
                "/wanted",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", to);
                    exchange.sendResponseHeaders(302, -1);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"404 Not Found", "Page not found", "Error 503", "Internal Server Error"})
    void anErrorPageAnsweredAsIfAllWereWellIsSuspect(String title) throws InterruptedException {
        PageResult page =
                scanner.completed(
                        scanner.pages.html(
                                "/soft-error", SHELL.formatted(title, "Oops", "Sorry.")));
        assertThat(page.getValidity()).isEqualTo(Validity.SUSPECT);
        assertThat(page.getScore()).isNull();
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
