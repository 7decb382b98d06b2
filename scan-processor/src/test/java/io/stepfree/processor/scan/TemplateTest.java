package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which pages count as made from one template, in a real browser. */
final class TemplateTest {

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
    void pagesOfThreeTemplatesAreToldApartWhateverFillsThem() throws InterruptedException {
        var random = new Random(31);
        var names = new HashMap<String, Set<String>>();
        for (int page = 0; page < 4; page++) {
            for (String kind : List.of("list", "article", "form")) {
                String body =
                        switch (kind) {
                            case "list" -> list(random);
                            case "article" -> article(random);
                            default -> form(random);
                        };
                names.computeIfAbsent(kind, _ -> new HashSet<>())
                        .add(template("/" + kind + page, page(random, body)));
            }
        }

        assertThat(names.values()).allSatisfy(one -> assertThat(one).hasSize(1));
        var all = new HashSet<String>();
        names.values().forEach(all::addAll);
        assertThat(all).hasSize(3).allSatisfy(name -> assertThat(name).matches("[0-9a-f]{16}"));
    }

    @Test
    void whatLiesOverThePageOrIsNotShownMakesNoOtherTemplate() throws InterruptedException {
        String page =
                "<main><h1>T</h1><section><ul><li>One</ul></section></main><footer><div>F</div></footer>";
        var laidOver = new ArrayList<String>();
        for (String more :
                List.of(
                        "",
                        "<div id=cookie-notice><form><div>Take cookies?<button>Yes</button></div></form></div>",
                        "<div role=dialog aria-label=News><section><form><button>Send</button></form></section></div>",
                        "<dialog open aria-label=News><section><p>News</section></dialog>",
                        "<aside style='position:fixed;bottom:0'><div>Chat<div>Now</div></div></aside>",
                        "<section hidden><form><button>Send</button></form></section>",
                        "<div class=ad-slot></div><section></section>",
                        "<iframe title=Ad srcdoc='<p>Ad'></iframe>")) {
            laidOver.add(template("/over" + laidOver.size(), page + more));
            laidOver.add(template("/over" + laidOver.size(), more + page));
        }

        assertThat(new HashSet<>(laidOver)).hasSize(1);
    }

    @Test
    void theQuestionAboutCookiesIsNotThePageAboutThem() throws InterruptedException {
        assertThat(
                        template(
                                "/cookies",
                                "<main id=cookies><h1>Cookies</h1><section>Text</section></main>"))
                .isEqualTo(
                        template(
                                "/terms",
                                "<main id=terms><h1>Terms</h1><section>Text</section></main>"));
    }

    @Test
    void aPartMoreIsAnotherTemplate() throws InterruptedException {
        var names = new HashSet<String>();
        for (String more :
                List.of(
                        "<section>S</section>",
                        "<section><form><button>Go</button></form></section>",
                        "<section>S</section><aside>A</aside>",
                        "<p>One</p><p>Two</p><form><button>Go</button></form>",
                        "<table><tr><td>1</table>",
                        "<x-gallery></x-gallery>")) {
            names.add(
                    template("/more" + names.size(), "<main><h1>T</h1>%s</main>".formatted(more)));
        }

        assertThat(names).hasSize(6);
    }

    @Test
    void aLongListHidesNothingThatComesAfterIt() throws InterruptedException {
        String page =
                "<main><h1>T</h1><div>%s</div></main><footer><form><button>Go</button></form></footer>";

        assertThat(template("/long", page.formatted("<div>row</div>".repeat(6_000))))
                .isEqualTo(template("/short", page.formatted("<div>row</div>")));
    }

    @Test
    void aPageThatHidesItsPropertiesIsToldAllTheSame() throws InterruptedException {
        String page =
                "<form name=body><input aria-label=a name=children><input aria-label=b name=localName>"
                        + "<input aria-label=c name=querySelector><input aria-label=d name=checkVisibility></form>"
                        + "<main><h1>T</h1><section>S</section></main>";

        assertThat(template("/hides", page))
                .isEqualTo(template("/plain", page.replaceAll("name=\\w+", "")));
    }

    @Test
    void aPageWithoutPartsHasNone() throws InterruptedException {
        assertThat(template("/flat", "<h1>Flat</h1><p>Text</p>")).isEmpty();
    }

    private static String template(String path, String html) throws InterruptedException {
        scanner.pages.html(
                path,
                html.startsWith("\n") || html.startsWith("<!doctype")
                        ? html
                        : "<!doctype html><html lang=en><title>T</title><body>" + html);
        return scanner.completed(scanner.pages.address(path)).getTemplate();
    }

    private static String page(Random random, String body) {
        return """
        <!doctype html><html lang=en><title>%s</title><body class="b-%d"><div id=root-%d>
        <header><div class="x%d"><a href=/>Shop</a></div><nav><ul><li><a href=/>Home</a>%s</ul></nav></header>
        %s
        <footer><div>Imprint</div></footer></div>%s
        """
                .formatted(
                        "Page " + random.nextInt(),
                        random.nextInt(1_000),
                        random.nextInt(1_000),
                        random.nextInt(1_000),
                        "<li><a href=/a>More</a>".repeat(random.nextInt(5)),
                        body,
                        random.nextBoolean()
                                ? "<div class='CookieBar-%d' style='position:fixed;bottom:0'><section>Cookies? <button>Yes</button></section></div>"
                                        .formatted(random.nextInt(100))
                                : "");
    }

    private static String list(Random random) {
        String items =
                """
                <li id=p%d><article><h2>Product</h2><p>Price</p></article>
                """
                        .formatted(random.nextInt(1_000))
                        .repeat(3 + random.nextInt(28));
        return "<main><h1>Products</h1><p>%s</p><section><ul>%s</ul></section></main>"
                .formatted("text ".repeat(random.nextInt(50)), items);
    }

    private static String article(Random random) {
        var text = new StringBuilder("<p>One</p><p>Two</p>");
        for (int more = random.nextInt(8); more > 0; more--) {
            text.append(
                    List.of(
                                    "<p>More <em>text</em></p>",
                                    "<figure><canvas></canvas></figure>",
                                    "<ul><li>Point</ul>",
                                    "<table><tr><td>1</table>",
                                    "<h2>Part</h2>",
                                    "<div class=gallery><div>Picture</div></div>")
                            .get(random.nextInt(6)));
        }
        return "<main><h1>Story</h1><article>%s</article><aside><ul><li>Related</ul></aside></main>"
                .formatted(text);
    }

    private static String form(Random random) {
        return "<main><h1>Contact</h1><p>Write.</p><form><fieldset><legend>You</legend>%s</fieldset><button>Send</button></form></main>"
                .formatted(
                        "<label>Field <input name=f%d></label>"
                                .formatted(random.nextInt(100))
                                .repeat(1 + random.nextInt(9)));
    }
}
