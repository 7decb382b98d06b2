package io.stepfree.reporting.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** What is asked of every report, whatever it says. */
final class HtmlText {

    private HtmlText() {}

    /** The report as a browser reads it, having looked whether it is well made and inert. */
    static Document checked(String html) {
        var document = Jsoup.parse(html, "https://reports.example/api/batches/b/report.html");
        assertInert(html, document);
        assertInOrder(document);
        return document;
    }

    static Document checked(byte[] html) {
        return checked(new String(html, UTF_8));
    }

    private static void assertInert(String html, Document document) {
        assertThat(
                        document.select(
                                "script, link, iframe, object, embed, form, base, video, audio, source"))
                .isEmpty();
        for (Element element : document.getAllElements()) {
            assertThat(element.attributes())
                    .as(element.tagName())
                    .noneMatch(attribute ->
                            attribute.getKey().startsWith("on")
                                    || attribute.getKey().equals("style")
                                    || attribute.getKey().equals("srcset"));
        }
        assertThat(document.select("a[href]"))
                .allMatch(link -> link.attr("href").matches("(?s)(#|https?://|\\.\\./|scans/).*"));
        assertThat(document.select("img[src]"))
                .allMatch(image -> image.attr("src").startsWith("data:image/"));
        // Nothing closes the style sheet or the title early.
        assertThat(document.select("style")).hasSize(1);
        assertThat(document.expectFirst("style").data()).isEqualTo(StyleSheet.TEXT);
        assertThat(document.select("head title")).hasSize(1);
        assertThat(document.select("body title, body meta")).isEmpty();
        assertThat(
                        html.chars()
                                .filter(character ->
                                        character < ' ' && "\t\n\r".indexOf(character) < 0))
                .as("control characters")
                .isEmpty();
        assertThat(html).doesNotContain("\u202E", "\u2066");
        assertThat(document.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
                .matches(
                        "default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'(; img-src data:)?; base-uri 'none'; form-action 'none'");
    }

    private static void assertInOrder(Document document) {
        int before = 0;
        for (Element heading : document.select("h1, h2, h3, h4, h5, h6")) {
            int level = heading.tagName().charAt(1) - '0';
            assertThat(level).as(heading.text()).isLessThanOrEqualTo(before + 1);
            before = level;
        }
        assertThat(document.select("h1")).hasSize(1);
        var ids = new HashSet<String>();
        document.select("[id]")
                .forEach(element -> assertThat(ids.add(element.id())).as(element.id()).isTrue());
        assertThat(document.select("a[href^=#]"))
                .allMatch(link -> ids.contains(link.attr("href").substring(1)));
        assertThat(document.body().child(0).className()).isEqualTo("skip");
        for (Element table : document.select("table")) {
            assertThat(table.child(0).tagName()).isEqualTo("caption");
            assertThat(table.select("caption").text()).isNotBlank();
            assertThat(table.select("th:not([scope])")).isEmpty();
            assertThat(table.select("thead th[scope=col]")).isNotEmpty();
            assertThat(table.select("tbody tr"))
                    .allMatch(row -> row.select("th[scope=row]").size() == 1);
        }
    }
}
