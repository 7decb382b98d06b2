package io.stepfree.reporting.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleOverlays;
import io.stepfree.reporting.SampleReports;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.receipt.Receipts;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
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
    void theScoreStandsWithWhatItMeans() throws IOException {
        var html = render(judged(Validity.VALID, 53));
        // Kept for whoever wants to look at one.
        Files.writeString(Path.of("target/example-report-with-pictures.html"), html);
        assertThat(html)
                .contains("<span class=\"number\">53</span> of 100")
                .contains("3,000 divided by 30 plus the sum of these")
                .contains("not that the page is accessible")
                .contains("the whole page, 1,847 elements")
                .contains("Not every element is listed")
                .doesNotContain("No score");
        assertThat(rich)
                .contains("No score", "The worker that scanned this page gave none.")
                .contains("<dd>a part of the page</dd>");
    }

    @Test
    void aSuspectPageIsNeverReadAsCleanAndItsScoreIsAbsentWithTheReason() throws IOException {
        var result = judged(Validity.SUSPECT, null);
        Files.writeString(Path.of("target/example-report-suspect.html"), render(result));
        var clean =
                PageResult.newBuilder(result.getPage())
                        .setViolations(List.of())
                        .setNeedsReview(List.of())
                        .build();
        assertThat(render(ScanResult.newBuilder(result).setPage(clean).build()))
                .contains("This may not be the page that was asked for: 1 of 3 frames")
                .contains("No score")
                .contains("so a number would say nothing about it")
                .contains("perhaps another page in its place")
                .contains("None were found in what was shown, which may not be the page.")
                .doesNotContain("No violations", "class=\"number\"", "in what was checked");
    }

    @Test
    void whatToFixFirstStandsWithItsPayOff() {
        var report = HtmlText.checked(render(judged(Validity.VALID, 38)));
        assertThat(report.select("#first li").eachText())
                .hasSize(5)
                .first()
                .asString()
                .contains("Elements must meet minimum color contrast ratio thresholds")
                .endsWith("Fixing 48 occurrences would raise the score from 38 to 46.");
        assertThat(report.expectFirst("#first li a").attr("href")).isEqualTo("#violation-3");
        assertThat(report.expectFirst("#first .together").text())
                .isEqualTo("The first 5 together would raise it from 38 to 96.");
        // Of another formula, and of a page that may be another one.
        assertThat(render(judged(Validity.VALID, 53)))
                .contains("what it would be is not foretold")
                .doesNotContain("would raise");
        assertThat(render(judged(Validity.SUSPECT, null)))
                .contains("By what was shown, which may not be the page.")
                .doesNotContain("would raise");
        assertThat(render(SampleResults.clean(SCAN, "req-1"))).doesNotContain("What to fix first");
    }

    @Test
    void whatIsAcceptedIgnoredOrFlickersIsNotTheFirstToBeFixed() throws IOException {
        var document = receipted();
        // Both pictures, the label, two of 48 contrasts, two of four targets.
        var told =
                Map.of(
                        0,
                        "accepted",
                        1,
                        "ignored",
                        2,
                        "flickering",
                        3,
                        "ignored",
                        4,
                        "accepted",
                        14,
                        "assigned",
                        15,
                        "flickering");
        var html = new String(page.render(document, SampleOverlays.told(told)), UTF_8);
        Files.writeString(Path.of("target/example-report-decided.html"), html);
        var first = HtmlText.checked(html).expectFirst("#first");
        assertThat(first.select("li code").eachText())
                .containsExactly(
                        "target-size", "color-contrast", "heading-order", "region", "label");
        assertThat(first.select("li > p:last-child").eachText())
                .startsWith(
                        "Fixing 4 occurrences would raise the score from 38 to 43."
                                + " 1 of them was gone at the second look.",
                        // 3000 / (30 + 47.43 - 5 × (log10 48 - log10 2)): two of them stay.
                        "Fixing 46 occurrences would raise the score from 38 to 42."
                                + " 2 more are accepted or ignored.")
                .last()
                .isEqualTo(
                        "Fixing 1 occurrence would raise the score from 38 to 44."
                                + " At the second look nothing of it was there, so it stands after the rest.");
        assertThat(first.select("li .flickering").eachText()).containsExactly("Flickering");
        assertThat(first.expectFirst(".together").text())
                .startsWith("All of them together would raise it from 38 to 60,");
        assertThat(first.expectFirst(".first-note").text())
                .isEqualTo(
                        "4 occurrences were accepted or ignored and are left out here; the score counts them as before."
                                + " Nothing else is left of image-alt.");
        assertThat(first.select(".first-note a").eachAttr("href"))
                .containsExactly("#decided", "#violation-1");
    }

    @Test
    void whatFlickersAndComesAfterTheFirstIsNamed() {
        var told =
                SampleOverlays.told(
                        Map.of(2, "flickering", 18, "flickering", 19, "flickering", 0, "assigned"));
        var first = HtmlText.checked(page.render(receipted(), told)).expectFirst("#first");
        assertThat(first.select("li code").eachText())
                .containsExactly(
                        "color-contrast", "image-alt", "target-size", "label", "heading-order");
        assertThat(first.expectFirst(".first-note").text())
                .isEqualTo(
                        "Of region nothing was there at the second look, so it comes after these.");
        assertThat(first.expectFirst(".first-note a").attr("href")).isEqualTo("#violation-6");
    }

    @Test
    void whereAllIsAcceptedNothingIsToBeFixedFirst() {
        var result = judged(Validity.VALID, 75);
        var label =
                result.getPage().getViolations().stream()
                        .filter(finding -> finding.getRule().equals("label"))
                        .toList();
        var document =
                ReportComposer.compose(
                        ScanResult.newBuilder(result)
                                .setPage(
                                        PageResult.newBuilder(result.getPage())
                                                .setViolations(label)
                                                .build())
                                .build());
        var first =
                HtmlText.checked(page.render(document, SampleOverlays.told(Map.of(0, "accepted"))))
                        .expectFirst("#first");
        assertThat(first.text())
                .isEqualTo(
                        "What to fix first"
                                + " Nothing is left to begin with: all violations are accepted or ignored."
                                + " 1 occurrence was accepted or ignored and is left out here; the score counts it as before."
                                + " Nothing else is left of label.");
    }

    @Test
    void aSecondLookThatTellsNothingYetIsSaidWhereItWouldTell() {
        var document = receipted();
        for (var told :
                Map.of(
                                List.of("ordered", ""),
                                "A second look at the page is ordered and not made yet; it tells whether what is new is there to stay.",
                                List.of("left_out", ""),
                                "No second look was ordered, because there had been as many within the hour as may be; the next scan tells whether what is new is there to stay.",
                                List.of("missed", "dead_lettered"),
                                missed(", because its scan failed"),
                                List.of("missed", "cancelled"),
                                missed(", because its scan was cancelled"),
                                List.of("missed", "partial"),
                                missed(", because it did not see all of the page"),
                                List.of("missed", "suspect"),
                                missed(", because it may have seen another page"),
                                List.of("missed", "unnamed"),
                                missed(", because its worker gave the findings no fingerprints"),
                                List.of("missed", ""),
                                missed(", and why is not known"))
                        .entrySet()) {
            String reason = told.getKey().getLast();
            var changes =
                    HtmlText.checked(
                                    page.render(
                                            document,
                                            SampleOverlays.notLookedAtAgain(
                                                    told.getKey().getFirst(),
                                                    reason.isEmpty() ? null : reason,
                                                    reason.equals("dead_lettered")
                                                            ? "The page took <too> long."
                                                            : null,
                                                    document)))
                            .expectFirst("#changes");
            assertThat(changes.expectFirst(".lead").text())
                    .isEqualTo(
                            "6 findings are new, 25 are fixed; 4 were there before. "
                                    + told.getValue());
            assertThat(changes.select("> .detail").eachText())
                    .filteredOn(detail -> detail.contains("failed"))
                    .isEqualTo(
                            reason.equals("dead_lettered")
                                    ? List.of(
                                            "Scan 0199a1b2-0000-7000-8000-000000001a7e of the second look failed: Timed out. The page took <too> long.")
                                    : List.of());
        }
    }

    private static String missed(String why) {
        return "A second look was missed%s; the next one at the whole page tells whether what is new is there to stay."
                .formatted(why);
    }

    @Test
    void inTheListOfWhatIsNewEachSaysWhetherItIsConfirmedAndWhetherItIsAViolation() {
        var document = receipted();
        var report = HtmlText.checked(page.render(document, SampleOverlays.compared(document)));
        var fresh = report.select("#changes .gap").getFirst();
        assertThat(fresh.select(".first-rule").eachText())
                .containsExactly(
                        "Critical Confirmed Images must have alternative text image-alt",
                        "Serious Flickering Elements must meet minimum color contrast ratio thresholds color-contrast",
                        "Serious Elements must meet minimum color contrast ratio thresholds color-contrast",
                        "Serious Confirmed Elements must meet minimum color contrast ratio thresholds color-contrast",
                        "Serious Flickering All touch targets must be 24px large, or leave sufficient space target-size",
                        "Critical Needs review <video> elements must have captions video-caption");
        // Not by their colours alone: each has a word, a sign and an edge of its own.
        assertThat(StyleSheet.TEXT)
                .contains(
                        ".state.confirmed::before { clip-path: ",
                        ".state.flickering::before { clip-path: ",
                        ".state.flickering { border: 1px dashed ");
        assertThat(fresh.select("li.to-review")).hasSize(1);
    }

    @Test
    void whatHasChangedIsListedAndMarkedWhereItStands() throws IOException {
        var document = receipted();
        var html = new String(page.render(document, SampleOverlays.compared(document)), UTF_8);
        Files.writeString(Path.of("target/example-report-compared.html"), html);
        var report = HtmlText.checked(html);
        assertThat(report.expectFirst("#changes .lead").text())
                .isEqualTo(
                        "6 findings are new, 25 are fixed; 4 were there before."
                                + " Looked at again: 2 confirmed, 2 flickering, 2 unknown.");
        assertThat(report.expectFirst("#changes > .detail").text())
                .isEqualTo(
                        "Compared with scan 0199a1b2-0000-7000-8000-00000000be4e of 21 November 2026, 10:15:09 UTC,"
                                + " looked at with axe-core 4.11.0.");
        assertThat(report.expectFirst("#changes > .detail a").attr("href"))
                .isEqualTo("../0199a1b2-0000-7000-8000-00000000be4e/report.html");
        assertThat(report.select("#changes dt").eachText())
                .containsExactly(
                        "New",
                        "Fixed",
                        "There before",
                        "Newly observed",
                        "Not observed",
                        "Engine changed");
        assertThat(report.select("#changes h3").eachText())
                .containsExactly(
                        "New", "Fixed", "Newly observed", "Not observed", "Engine changed");
        // What is cut says so, and where the rest is.
        var fixed = report.select("#changes .gap").get(1);
        assertThat(fixed.select("li")).hasSize(20);
        assertThat(fixed.select("details li")).hasSize(15);
        assertThat(fixed.select("> .detail").eachText().getLast())
                .isEqualTo(
                        "And 5 more are known to the service: /api/scans/%s/changes."
                                .formatted(SCAN));
        var marked = report.select("#findings .state:not(.decided)").eachText();
        assertThat(marked).filteredOn("New"::equals).hasSize(6);
        assertThat(marked).filteredOn("Confirmed"::equals).hasSize(2);
        assertThat(report.select("#findings .marked").eachText())
                .contains(
                        "New since the last scan; Flickering at the second look",
                        "New since the last scan");
        var fresh = report.select("#changes .gap").getFirst().select("a").eachAttr("href");
        assertThat(fresh).hasSize(6).allMatch(anchor -> report.select(anchor).size() == 1);
        assertThat(report.expectFirst("#findings .places").text()).contains("1 new, 1 confirmed");
    }

    @Test
    void aDecisionStandsBesideWhatItIsAboutWhichStaysCounted() {
        var document = receipted();
        var report = HtmlText.checked(page.render(document, SampleOverlays.compared(document)));
        var alone = HtmlText.checked(page.render(document));
        assertThat(report.select("#decided tbody tr")).hasSize(3);
        assertThat(report.expectFirst("#decided .lead").text())
                .isEqualTo(
                        "4 occurrences are decided: 2 accepted, 2 ignored. 1 more is assigned to somebody, and open."
                                + " Each is still counted in every number of this report.");
        // As the API counts them: what is assigned is still to be mended.
        assertThat(report.select("#summary .figure").eachText())
                .endsWith("Decided 4 2 accepted, 2 ignored", "Assigned 1 to somebody, and open");
        assertThat(report.select("#findings .state.decided").eachText())
                .containsOnly("Accepted", "Ignored", "Assigned")
                .hasSize(5);
        assertThat(report.select("#findings .marked").eachText())
                .contains(
                        "Ignored until 3 November 2027, 15:35:09 UTC: A logo is exempt (WCAG 1.4.3)",
                        "Accepted without an end: A logo is exempt (WCAG 1.4.3)",
                        "Assigned without an end: ada@example.com, A logo is exempt (WCAG 1.4.3)");
        assertThat(report.expectFirst(".verdict").text())
                .isEqualTo(alone.expectFirst(".verdict").text());
        assertThat(report.select("#findings .occurrences > li"))
                .hasSameSizeAs(alone.select("#findings .occurrences > li"));
    }

    @Test
    void aPageThatWasComparedWithNoneSaysSo() {
        var document = receipted();
        for (var why :
                Map.of(
                                "first", "This is the first look at this page",
                                "suspect", "because it may not be the page",
                                "secrets", "because it brought cookies",
                                "unnamed", "no fingerprints",
                                "unknown", "nothing here is called new or fixed")
                        .entrySet()) {
            var report =
                    HtmlText.checked(
                            page.render(document, SampleOverlays.notCompared(why.getKey())));
            assertThat(report.expectFirst("#changes").text()).contains(why.getValue());
            assertThat(report.select("#changes dl, .state")).isEmpty();
        }
        var alone = HtmlText.checked(page.render(document));
        assertThat(alone.select("#changes, #decided")).isEmpty();
        assertThat(alone.expectFirst("footer").text()).contains("This file is the report alone.");
    }

    @Test
    void theReceiptStandsAtTheFootWithWhatItProvesAndHowToCheckIt() {
        var document = receipted();
        var receipt = HtmlText.checked(page.render(document)).expectFirst("footer #receipt");
        assertThat(receipt.text())
                .contains(
                        "The hash is of that JSON and not of this page",
                        "./stepfree verify report.json",
                        "It is no signature",
                        "scan.results-3@1204",
                        document.engine(),
                        document.browser());
        var given = Objects.requireNonNull(document.receipt());
        assertThat(receipt.expectFirst("#receipt-hash").text())
                .isEqualTo(given.links().getLast().hash());
        assertThat(HtmlText.checked(rich).select("#receipt")).isEmpty();
    }

    private static ReportDocument receipted() {
        return Receipts.given(
                ReportComposer.compose(judged(Validity.VALID, 38)), "scan.results-3@1204");
    }

    @Test
    void rulesAreFoundByTheirSuccessCriterion() {
        var report = HtmlText.checked(rich);
        assertThat(report.select("#criteria tbody tr").eachText())
                .containsExactly(
                        "1.1.1 Non-text Content A image-alt 2 occurrences none",
                        "1.2.2 Captions (Prerecorded) A none video-caption 1 occurrence",
                        "1.3.1 Info and Relationships A label 1 occurrence none",
                        "1.4.3 Contrast (Minimum) AA color-contrast 48 occurrences color-contrast 1 occurrence",
                        "2.5.8 Target Size (Minimum) AA target-size 4 occurrences none",
                        "4.1.2 Name, Role, Value A label 1 occurrence none",
                        "None: best practice – heading-order 1 occurrence region 1 occurrence none");
        assertThat(report.select("#criteria a[href^=#review-]")).hasSize(2);
        assertThat(
                        List.of("1.4.10", "x", "1.4.3", "2.1.1").stream()
                                .sorted(CriterionIndex.BY_NUMBER))
                .containsExactly("1.4.3", "1.4.10", "2.1.1", "x");
    }

    @Test
    void everySampleIsWellMadeAndInert() throws IOException {
        for (var report : SampleReports.all().entrySet()) {
            HtmlText.checked(report.getValue());
        }
    }

    @Test
    void onPaperNothingIsFoldedAwayOrLeftOut() {
        assertThat(StyleSheet.TEXT.substring(StyleSheet.TEXT.indexOf("@media print")))
                .contains(
                        "details::details-content { display: block; content-visibility: visible; }")
                .contains("break-inside: avoid");
    }

    @Test
    void theColoursOfAContrastFindingAreDrawnAndSaid() {
        assertThat(render(judged(Validity.VALID, 53)))
                .contains("<code>#999999</code>", "<code>#ffffff</code>")
                .contains("<dd>2.84 to 1</dd>", "<dd>4.5 to 1</dd>")
                .contains("10.5pt (14px), weight normal")
                .contains("height=\"48\" fill=\"#ffffff\"/>", "\" fill=\"#999999\"/>");
    }

    @Test
    void picturesAreInsideTheFileHaveATextAndAreAllThatThePolicyLetsInBeside() {
        // Without the data, which nobody wants to read when this fails.
        var html =
                render(judged(Validity.VALID, 53))
                        .replaceAll("base64,[A-Za-z0-9+/]+={0,2}\"", "base64,DATA\"");
        assertThat(matches("<img((?:[^>\"]|\"[^\"]*\")*)>", html))
                .hasSize(1 + 20)
                .allSatisfy(image ->
                        assertThat(image)
                                .matches(
                                        " class=\"picture\" src=\"data:image/png;base64,DATA\" width=\"\\d+\" height=\"\\d+\" alt=\"[^\"]+\""));
        assertThat(html)
                .contains("alt=\"Picture of the element #hero > img\"")
                .contains("<summary>Show the picture of the page</summary>")
                .doesNotContainPattern("(?i)<[^>]*\\s(on[a-z]+|style|srcset)=");
        assertThat(matches("http-equiv=\"Content-Security-Policy\" content=\"([^\"]+)\"", html))
                .containsExactly(
                        "default-src 'none'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'"
                                .formatted(StyleSheet.HASH)
                                .replace("'", "&#39;"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/svg+xml",
                "text/html",
                "image/png\" onerror=\"alert(1)",
                "image/png,x"
            })
    void whatIsNoPictureIsNotShownAndNotLetIn(String mediaType) {
        assertThat(render(SampleResults.saying(mediaType, SCAN, "req-1")))
                .doesNotContain("<img", "img-src", "<svg class=\"sample\"", "Show the picture");
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

    private static ScanResult judged(Validity validity, @Nullable Integer score) {
        return SampleResults.judged(validity, score, SCAN, "req-1");
    }

    private String render(ScanResult result) {
        return new String(page.render(ReportComposer.compose(result)), UTF_8);
    }

    private static List<String> matches(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
