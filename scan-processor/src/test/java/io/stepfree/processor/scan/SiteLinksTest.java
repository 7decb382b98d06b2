package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.SiteView;
import io.stepfree.schemas.scan.SiteVisit;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a scanned page tells of its site, in a real browser. */
final class SiteLinksTest {

    private static RunningScanner scanner;

    @BeforeAll
    static void start() {
        scanner = new RunningScanner();
        scanner.pages.answer(
                "/robots.txt", 200, "text/plain", "User-agent: *\nDisallow: /private\n");
    }

    @AfterAll
    static void stop() {
        scanner.close();
    }

    @Test
    void aPageTellsItsLinksEachOnceAndWhatRobotsTxtForbids() throws InterruptedException {
        SiteView view =
                view(
                        "/links",
                        """
                        <base href="/section/">
                        <link rel="canonical" href="/links?clean">
                        <main><h1>Links</h1>
                        <a href="a">A</a> <a href="a#part">A</a> <a href="../b">B</a>
                        <a href="/private/c">C</a> <a href="https://other.example/">Other</a>
                        <a href="mailto:me@example.org">Mail</a> <a href="javascript:void 0">Nothing</a>
                        <a href="http://user:word@127.0.0.1/">Credentials</a>
                        <a>None</a> <svg><a href="/svg"><text>S</text></a></svg>
                        </main>
                        """);

        assertThat(view.getLinks())
                .containsExactly(scanner.pages.address("/section/a"), scanner.pages.address("/b"));
        assertThat(view.getForbidden()).containsExactly(scanner.pages.address("/private/c"));
        assertThat(view.getOtherSite()).isEqualTo(1);
        assertThat(view.getLeftOut()).isZero();
        assertThat(view.getCanonical()).isEqualTo(scanner.pages.address("/links?clean"));
    }

    @Test
    void aPageThatHidesTheDocumentsMethodsTellsItsLinksAllTheSame() throws InterruptedException {
        SiteView view =
                view(
                        "/hidden",
                        """
                        <main><h1>Hidden</h1><form name=querySelectorAll><input name=localName
                        aria-label=x><input name=firstElementChild aria-label=y></form>
                        <script>JSON.stringify = () => 'nothing'; window.URL = null;</script>
                        <a href="/a">A</a></main>
                        """);

        assertThat(view.getLinks()).containsExactly(scanner.pages.address("/a"));
    }

    @Test
    void aPageWithTooManyLinksTellsHowManyItLeavesOut() throws InterruptedException {
        SiteView view =
                view(
                        "/many",
                        "<main><h1>Many</h1><div hidden>%s</div></main>"
                                .formatted(
                                        IntStream.range(0, 5_000)
                                                .mapToObj("<a href=/p%d>p</a>"::formatted)
                                                .collect(Collectors.joining(" "))));

        assertThat(view.getLinks()).hasSize(2_000);
        assertThat(view.getLeftOut()).isEqualTo(3_000);
    }

    @Test
    void pagesOfOneTemplateAreToldAsSuch() throws InterruptedException {
        String article =
                "<header><nav><ul><li><a href=/>Home</a></ul></nav></header><main><h1>%s</h1>%s</main><footer><div>Imprint</div></footer>";
        String one = view("/one", article.formatted("One", "<p>Text</p>")).getTemplate();
        String two =
                view("/two", article.formatted("Two", "<p>Text</p><p>More <em>of</em> it</p>"))
                        .getTemplate();
        String shop =
                view(
                                "/shop",
                                "<main><h1>Shop</h1><section><form><div>x</div></form></section></main>")
                        .getTemplate();

        assertThat(one).isNotEmpty().isEqualTo(two).isNotEqualTo(shop);
    }

    @Test
    void aPageOfItsOwnTellsNothingOfASite() throws InterruptedException {
        scanner.pages.html("/alone", RunningScanner.GOOD);

        assertThat(scanner.completed(scanner.pages.address("/alone")).getSite()).isNull();
    }

    @Test
    void aPageOfASiteThatRobotsTxtForbidsIsNotVisited() throws InterruptedException {
        scanner.pages.html("/private/page", RunningScanner.GOOD);

        ScanOutcome outcome = scan("/private/page", true);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        ScanOutcome.Failed.class,
                        failed -> {
                            Failure failure = failed.failure();
                            assertThat(failure.getType()).isEqualTo(FailureType.BLOCKED_BY_SITE);
                        });
        assertThat(scan("/private/page", false)).isInstanceOf(ScanOutcome.Completed.class);
    }

    private static SiteView view(String path, String html) throws InterruptedException {
        scanner.pages.html(path, "<!doctype html><html lang=en><title>T</title>" + html);
        return switch (scan(path, true)) {
            case ScanOutcome.Completed(PageResult page) -> Objects.requireNonNull(page.getSite());
            case ScanOutcome.Failed(Failure failure) -> throw new AssertionError(failure);
        };
    }

    private static ScanOutcome scan(String path, boolean obeyRobots) throws InterruptedException {
        return scanner.scan(
                scanner.request(scanner.pages.address(path))
                        .setSite(
                                SiteVisit.newBuilder()
                                        .setSiteId("site")
                                        .setStart(scanner.pages.address("/"))
                                        .setLinks(true)
                                        .setObeyRobots(obeyRobots)
                                        .build())
                        .build());
    }
}
