package io.stepfree.reports.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reports.SampleResults;
import io.stepfree.reports.document.ReportComposer;
import io.stepfree.schemas.scan.ScanResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlPageTest {

    private static final String SCAN = "0199a1b2-0000-7000-8000-000000000001";

    private final HtmlPage page = new HtmlPage();
    private final String rich = render(SampleResults.rich(SCAN, "req-1"));

    @Test
    void aReportSaysWhatWasFoundAndWhereItCameFrom() throws IOException {
        // Kept for whoever wants to look at one.
        Files.writeString(Path.of("target/example-report.html"), rich);
        assertThat(rich)
                .contains("6 rules are violated in 57 places")
                .contains("Winter offers – Nordlicht Outdoor")
                .contains("WCAG 2.2, level AA")
                .contains("axe-core 4.11.1")
                .contains("22 November 2026, 10:15:09 UTC")
                .contains("https://www.w3.org/WAI/WCAG22/Understanding/contrast-minimum")
                .contains("&lt;span class=\"was\"&gt;£41.00&lt;/span&gt;")
                .contains("Show 8 more occurrences")
                .contains("37 further occurrences are counted but not kept")
                .contains("1 of 3 frames was not scanned")
                .contains("HTTP 503")
                .contains(SCAN)
                .contains("req-1");
    }

    @Test
    void aCleanPageIsNotOversold() {
        assertThat(render(SampleResults.clean(SCAN, "req-1")))
                .contains("No violations were found.")
                .contains("An automated check covers only a part of WCAG.")
                .doesNotContain("Earlier attempts that failed");
    }

    @Test
    void theFileHasNoScriptAndLoadsNothing() {
        assertThat(rich)
                .doesNotContainPattern(
                        "(?i)<(script|link|img|iframe|object|embed|form|base|video|audio|source)\\b")
                .doesNotContainPattern("(?i)<[^>]*\\s(on[a-z]+|style|src|srcset)=")
                .doesNotContainPattern("(?i)@import|url\\(");
    }

    @Test
    void thePolicyLetsInTheStyleSheetAndNothingElse() {
        var policy = matches("http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"", rich);
        assertThat(policy)
                .containsExactly(
                        "default-src 'none'; style-src '%s'; base-uri 'none'; form-action 'none'"
                                .formatted(StyleSheet.HASH)
                                .replace("'", "&#39;"));
        assertThat(matches("(?s)<style>(.*?)</style>", rich)).containsExactly(StyleSheet.TEXT);
    }

    @Test
    void headingsAndLandmarksGiveItsOrder() {
        assertThat(rich).contains("<html lang=\"en\">", "<header", "<nav", "<main", "<footer");
        var levels = matches("<h([1-6])\\b", rich).stream().map(Integer::valueOf).toList();
        assertThat(levels.getFirst()).isEqualTo(1);
        assertThat(levels.stream().filter(level -> level == 1)).hasSize(1);
        for (int index = 1; index < levels.size(); index++) {
            assertThat(levels.get(index)).isLessThanOrEqualTo(levels.get(index - 1) + 1);
        }
        assertThat(matches("\\bid=\"([^\"]+)\"", rich)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"><img src=x onerror=alert(1)>",
                "'><svg onload=alert(1)>",
                "</title></style></script><script>alert(1)</script>",
                "javascript:alert(1)",
                "data:text/html,<script>alert(1)</script>",
                "{{7*7}} ${7*7} @if(true)x@endif $unsafe{page}",
                "\u2028\u2029 \u001b[31m red \u0000 \ud83d"
            })
    void aHostileTextIsShownAndDoesNothing(String text) {
        var html = render(SampleResults.saying(text, SCAN, "req-1"));
        assertThat(html)
                .doesNotContainPattern("(?i)<(script|img|iframe)\\b")
                .doesNotContainPattern("<svg o")
                .doesNotContainPattern("(?i)href=\"(javascript|data):")
                .doesNotContain("\u001b", "\u0000");
        assertThat(matches("</(style|title)>", html)).containsExactly("title", "style");
    }

    @Test
    void directionOverridesAreNamedInPlaceOfObeyed() {
        assertThat(render(SampleResults.saying("safe\u202Efdp.exe", SCAN, "req-1")))
                .contains("safe[U+202E]fdp.exe")
                .doesNotContain("\u202E");
    }

    @Test
    void aHelpAddressIsALinkOnlyWhenItIsHttp() {
        assertThat(rich)
                .contains(
                        "href=\"https://dequeuniversity.com/rules/axe/4.11/image-alt?application=axeAPI\"");
        assertThat(render(SampleResults.saying("ftp://x.example/", SCAN, "req-1")))
                .contains("<dd class=\"breakable\">ftp://x.example/</dd>")
                .doesNotContain("href=\"ftp:");
    }

    private String render(ScanResult result) {
        return page.render(ReportComposer.compose(result));
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
