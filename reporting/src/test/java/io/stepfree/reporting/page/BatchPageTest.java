package io.stepfree.reporting.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.reporting.SampleBatch;
import io.stepfree.reporting.SampleOverlays;
import io.stepfree.reporting.SampleReports;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class BatchPageTest {

    private final SampleBatch batch = new SampleBatch(120);

    @Test
    void itSaysHowMuchWasSeenAndListsWhatWasNotWithItsReason() throws IOException {
        var report = read(batch);
        // Kept for whoever wants to look at one.
        Files.writeString(Path.of("target/example-batch.html"), write(batch));
        assertThat(report.expectFirst("h1").text()).isEqualTo("A batch of 120 pages");
        assertThat(report.expectFirst(".verdict").text())
                .isEqualTo(
                        "3 rules are violated in 757 places on 95 of 108 pages seen, at worst with critical impact;"
                                + " 2 rules need a person's judgement in 44 places."
                                + " Of all 120 pages, 5 were not seen, 5 may be other pages than those asked for"
                                + " and 2 are still to be seen.");
        assertThat(report.select("#summary .figure dt").eachText())
                .startsWith(
                        "Seen whole",
                        "Seen in part",
                        "May be another page",
                        "Not done yet",
                        "Not seen");
        assertThat(report.select("#summary .figure dd:not(.detail)").eachText())
                .startsWith("104", "4", "5", "2", "5");
        assertThat(report.select("#not-seen h3").eachText())
                .containsExactly(
                        "Seen in part 4",
                        "May be another page 5",
                        "Not seen: Error page 1",
                        "Not seen: Timed out 2",
                        "Not done yet 2",
                        "Cancelled 2");
        assertThat(report.select("#not-seen details")).isEmpty();
        assertThat(report.expectFirst("#not-seen").text())
                .contains("https://shop.example/offers/68?sort=price")
                .contains("The page answered with status 503.");
    }

    @Test
    void scoresAreOfPagesThatWereSeenAndThereIsNoMean() throws IOException {
        var report = read(batch);
        assertThat(report.select("#scores .number").eachText()).containsExactly("61", "51");
        assertThat(report.expectFirst("#scores").text())
                .contains("Of the 108 pages that have a score")
                .doesNotContainIgnoringCase("mean ", "average");
    }

    @Test
    void oneFixStandsWithEverythingItMends() throws IOException {
        var first = read(batch).expectFirst("#first");
        assertThat(first.expectFirst("ol.first").select("> li").eachText())
                .satisfiesExactly(
                        search ->
                                assertThat(search)
                                        .contains("One fix, 95 occurrences on 95 pages, up to")
                                        .contains("header > form > input"),
                        pager ->
                                assertThat(pager)
                                        .contains("One fix, 570 occurrences on 95 pages, up to")
                                        .contains("6 elements side by side or alike"));
    }

    @Test
    void pagesOfATemplateStandTogetherWithWhatFailsOnThem() throws IOException {
        var report = read(batch);
        var templates = report.expectFirst("#templates");
        assertThat(templates.expectFirst(".lead").text())
                .endsWith("Of 3 pages the template is not known.");
        assertThat(templates.select("h3").eachText())
                .containsExactly(
                        "On pages of several templates",
                        "Template 1 93 pages",
                        "Template 2 12 pages");
        var shared = templates.select(".sheet").getFirst();
        assertThat(shared.select("li").eachText())
                .satisfiesExactly(
                        // Critical, so before what is serious in more places.
                        search -> assertThat(search).contains("header > form > input"),
                        pager ->
                                assertThat(pager)
                                        .contains("of 105 pages of 2 templates")
                                        .contains(".pager > a:nth-child(1)"),
                        // Each offer fails in its own way, and all of them in the same.
                        offers ->
                                assertThat(offers)
                                        .contains("color-contrast")
                                        .contains(".card:nth-child(1) > .was"));
        assertThat(templates.select("#template-2 code").eachText()).contains("a11ce5a11ce5a11c");
        assertThat(report.select("nav a[href=#templates]")).hasSize(1);
        assertThat(read(pages(scored(38))).select("#templates")).isEmpty();
    }

    @Test
    void manyTemplatesAreListedShortlyAfterThoseThatFailMost() throws IOException {
        var report = read(new SampleBatch(600));
        assertThat(report.select("#templates > div[id]")).hasSize(8);
        assertThat(report.select("#templates tbody tr")).hasSize(40);
        assertThat(report.expectFirst("#templates .first-note").text())
                .startsWith("And ")
                .contains("more templates");
        assertThat(report.select("#templates > div[id] ol.first")).isNotEmpty();
    }

    @Test
    void whatHasChangedIsSummedUpAndStandsBesideEachPage() throws IOException {
        var compared = SampleOverlays.over(batch);
        Files.writeString(Path.of("target/example-batch-compared.html"), write(compared));
        var report = read(compared);
        assertThat(report.expectFirst("#changes .lead").text())
                .matches(
                        "[\\d,]+ findings are new and [\\d,]+ are fixed on the 7\\d pages that were compared with an earlier scan; [\\d,]+ were there before\\.");
        assertThat(report.expectFirst("#changes").text())
                .containsPattern("3\\d pages were looked at for the first time")
                .contains(
                        "5 pages may be another than the one asked for and were not compared: what was found on them before does not count as fixed; see What was not seen.",
                        "5 pages were not seen this time: what was found on them before does not count as fixed; see What was not seen.",
                        "2 pages are not done yet, and compared once they are.")
                .doesNotContain("why, stands in");
        var rows = report.select("#pages tbody tr");
        assertThat(rows.select("td[data-label=Changed]").eachText()).hasSameSizeAs(rows);
        assertThat(rows.getFirst().select("td[data-label=Changed]").text())
                .isEqualTo("2 new, 25 fixed");
        assertThat(rows.get(2).select("td[data-label=Changed]").text()).isEqualTo("first look");
        assertThat(rows.get(16).select("td[data-label=Changed]").text()).isEqualTo("not known");
        assertThat(rows.get(22).select("td[data-label=Changed]").text()).isEqualTo("not compared");
        assertThat(report.select("#decided tbody tr")).hasSize(3);
        assertThat(read(batch).select("#changes, #decided, td[data-label=Changed]")).isEmpty();
    }

    @Test
    void eachPageOfABatchIsSaidOnceToBeComparedOrWhyNot() throws IOException {
        var seen = scored(38);
        var first = new OnePage(seen, SampleOverlays.first());
        var all =
                pages(
                        new OnePage(seen, SampleOverlays.compared(seen)),
                        first,
                        first,
                        new OnePage(seen, SampleOverlays.notCompared("secrets")),
                        new OnePage(suspect(), SampleOverlays.notCompared("suspect")),
                        unseen("a"),
                        unseen("b"),
                        unseen("c"),
                        open());
        assertThat(read(all).select("#changes > .detail").eachText())
                .containsExactly(
                        "Whether what is new was there again at a second look stands in the report of each page.",
                        "2 pages were looked at for the first time.",
                        "1 page was seen and not compared; why, stands in its report.",
                        "1 page may be another than the one asked for and was not compared: what was found on it before does not count as fixed; see What was not seen.",
                        "3 pages were not seen this time: what was found on them before does not count as fixed; see What was not seen.",
                        "1 page is not done yet, and compared once it is.");
        var withNone = read(pages(first, first, unseen("a"))).expectFirst("#changes");
        assertThat(withNone.select("p").eachText())
                .containsExactly(
                        "No page was compared with an earlier scan.",
                        "2 pages were looked at for the first time.",
                        "1 page was not seen this time: what was found on it before does not count as fixed; see What was not seen.");
        assertThat(read(pages(first, first)).select("#changes p").eachText())
                .containsExactly(
                        "Each page was looked at for the first time, so there is nothing to compare with.");
    }

    @Test
    void aRuleStandsWithWhatTheMedianWouldBe() throws IOException {
        // Two pages of 38, the one of 100: without contrast 46, 46 and 100.
        var report = read(pages(scored(38), scored(38), clean()));
        assertThat(report.select("#first .sheet").getLast().select("li").getFirst().text())
                .contains("Elements must meet minimum color contrast ratio thresholds")
                .contains(
                        "Fixing 96 occurrences on 2 pages would raise the median score from 38 to 46,"
                                + " and the scores of these pages by 8 points on average.");
    }

    @Test
    void whatIsAcceptedOrIgnoredIsNotTheFirstToBeFixed() throws IOException {
        // Of the first page both pictures, and two of 48 contrasts.
        var told =
                SampleOverlays.told(
                        Map.of(0, "accepted", 1, "ignored", 3, "ignored", 4, "accepted"));
        var report = read(pages(new OnePage(scored(38), told), scored(38), clean()));
        var first = report.expectFirst("#first");
        var rules = first.select(".sheet").getLast();
        assertThat(rules.select("li > p:last-child").eachText())
                .contains(
                        // From 38 to 42 and to 46.
                        "Fixing 94 occurrences on 2 pages would raise the median score from 38 to 46, and the scores of these pages by 6 points on average.",
                        "Fixing 2 occurrences on 1 page would raise the median score from 38 to 46, and the score of this page by 8 points.");
        assertThat(first.select(".sheet").getFirst().select(".first-rule").text())
                .contains("color-contrast", "label")
                .doesNotContain("image-alt");
        assertThat(first.expectFirst("> .first-note").text())
                .isEqualTo(
                        "4 occurrences were accepted or ignored and are left out here; the score counts them as before.");
        assertThat(report.select("#violations tbody tr").eachText())
                .contains("Images must have alternative text image-alt Critical 1.1.1 2 4");
        assertThat(read(pages(new OnePage(scored(38), told), clean())).expectFirst("#first").text())
                .contains("Nothing else is left of image-alt.");
    }

    @Test
    void whatIsNoPartOfTheBatchForSureAddsNothing() throws IOException {
        var report = read(pages(scored(38), suspect()));
        assertThat(report.expectFirst(".verdict").text())
                .startsWith("6 rules are violated in 57 places on the one page seen,")
                .endsWith("Of all 2 pages, 1 may be another page than the one asked for.");
        assertThat(report.select("#worst tbody tr")).hasSize(1);
        assertThat(report.select("#pages tbody tr").getLast().text())
                .contains("May be another page");
    }

    @Test
    void nothingSeenIsNeverClean() throws IOException {
        var report = read(pages(unseen("a"), unseen("b")));
        assertThat(report.expectFirst(".verdict").text())
                .isEqualTo("None of 2 pages was seen, so nothing is known about them.");
        assertThat(report.expectFirst("#scores").text()).contains("No page has a score.");
        assertThat(report.select("#pages tbody td").eachText())
                .containsExactly(
                        "Not seen The page answered with status 404.",
                        "none",
                        "not known",
                        "not known",
                        "not known",
                        "Not seen The page answered with status 404.",
                        "none",
                        "not known",
                        "not known",
                        "not known");
        assertThat(report.text())
                .doesNotContainIgnoringCase("no violations")
                .doesNotContain("0 rules", "0 occurrences", "Each page was seen in one state");
        assertThat(report.select("#summary .figures").getLast().select("dd").eachText())
                .containsExactly("not known", "not known");
        assertThat(report.select("nav a[href=#violations], nav a[href=#review]").eachText())
                .containsExactly("Violations not known", "Needs review not known");
        assertThat(report.select("#limits")).isEmpty();
        assertThat(read(pages(unseen("a"))).expectFirst(".verdict").text())
                .isEqualTo("None of 1 page was seen, so nothing is known about it.");
        assertThat(read(pages(open())).expectFirst("#limits").text())
                .endsWith("1 page is not done yet: this report will say more later.");
        assertThat(read(pages(clean(), unseen("a"))).expectFirst("#limits").text())
                .contains("Each page was seen in one state and at one window size.");
        assertThat(read(pages(clean(), unseen("a"))).expectFirst(".verdict").text())
                .isEqualTo(
                        "No violations were found on the 1 page that was seen. Of all 2 pages, 1 was not seen.");
        assertThat(read(new SampleBatch(0)).expectFirst(".verdict").text())
                .isEqualTo("There are no pages in this batch.");
    }

    @Test
    void everyPageIsInTheTableWithALinkToItsReport() throws IOException {
        var table = read(batch).expectFirst("#pages");
        assertThat(table.select("tbody tr")).hasSize(120);
        assertThat(table.expectFirst("tbody a").attr("href"))
                .isEqualTo("../../scans/0199a1b2-0000-7000-8000-000000000001/report.html");
        assertThat(table.select("tbody a")).hasSize(113);

        var out = new ByteArrayOutputStream();
        new BatchPage(scanId -> "scans/" + scanId + ".html").write(batch, out);
        assertThat(HtmlText.checked(out.toString(StandardCharsets.UTF_8)).select("#pages a"))
                .first()
                .extracting(link -> link.attr("href"))
                .isEqualTo("scans/0199a1b2-0000-7000-8000-000000000001.html");
    }

    @Test
    void manyPagesAreFoldedSoThatABrowserCopes() throws IOException {
        var table = read(new SampleBatch(600)).expectFirst("#pages");
        assertThat(table.select("details > summary").eachText())
                .containsExactly("Pages 1 to 250", "Pages 251 to 500", "Pages 501 to 600");
        assertThat(table.select("tbody tr")).hasSize(600);
    }

    @Test
    void criteriaAndRulesAreCountedInPagesAndOccurrences() throws IOException {
        var report = read(batch);
        assertThat(report.select("#criteria tbody tr").eachText())
                .containsExactly(
                        "1.2.2 Captions (Prerecorded) A none 22 occurrences on 22 pages",
                        "1.3.1 Info and Relationships A 95 occurrences on 95 pages none",
                        "1.4.3 Contrast (Minimum) AA 92 occurrences on 24 pages 22 occurrences on 22 pages",
                        "2.5.8 Target Size (Minimum) AA 570 occurrences on 95 pages none",
                        "4.1.2 Name, Role, Value A 95 occurrences on 95 pages none");
        assertThat(report.select("#violations tbody tr").eachText())
                .containsExactly(
                        "Form elements must have labels label Critical 4.1.2, 1.3.1 95 95",
                        "All touch targets must be 24px large, or leave sufficient space target-size Serious 2.5.8 95 570",
                        "Elements must meet minimum color contrast ratio thresholds color-contrast Serious 1.4.3 24 92");
        assertThat(report.select("#review tbody tr")).hasSize(2);
    }

    @Test
    void anyTextFromAPageIsShownAndDoesNothing() throws IOException {
        for (String text : SampleReports.HOSTILE) {
            var report = read(SampleReports.saying(text));
            assertThat(report.select("#pages tbody tr")).as(text).hasSize(4);
            assertThat(report.select("img, svg[onload]")).isEmpty();
        }
    }

    @Test
    void endlessTextsAreCut() throws IOException {
        assertThat(write(SampleReports.saying("x".repeat(1_000_000)))).hasSizeLessThan(2_000_000);
    }

    @Test
    void aBatchThatChangesMeanwhileIsSaidToHave() throws IOException {
        var changing =
                new ReportedPages() {
                    private int walks;

                    @Override
                    public ReportSubject subject() {
                        return batch.subject();
                    }

                    @Override
                    public void each(PageVisitor visitor) throws IOException {
                        new SampleBatch(walks++ == 0 ? 2 : 3).each(visitor);
                    }
                };
        assertThat(read(changing).expectFirst("#pages").text())
                .contains(
                        "While this report was written the batch changed: 3 pages are listed here");
        assertThat(read(batch).text()).doesNotContain("the batch changed");
    }

    @Test
    void aStreamThatBreaksIsAnIOException() {
        var broken =
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        throw new IOException("the reader went away");
                    }
                };
        assertThatThrownBy(() -> new BatchPage().write(batch, broken))
                .isInstanceOf(IOException.class)
                .hasMessage("the reader went away");
    }

    private static String write(ReportedPages pages) throws IOException {
        var out = new ByteArrayOutputStream();
        new BatchPage().write(pages, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Document read(ReportedPages pages) throws IOException {
        return HtmlText.checked(write(pages));
    }

    private static ReportDocument scored(int score) {
        return ReportComposer.compose(SampleResults.judged(Validity.VALID, score, "scan", "req"));
    }

    private static ReportDocument suspect() {
        return ReportComposer.compose(
                SampleResults.judged(Validity.SUSPECT, null, "suspect", "req"));
    }

    private static ReportDocument clean() {
        var result = SampleResults.clean("clean", "req");
        return ReportComposer.compose(
                ScanResult.newBuilder(result)
                        .setPage(PageResult.newBuilder(result.getPage()).setScore(100).build())
                        .build());
    }

    private static UnseenPage unseen(String id) {
        return new UnseenPage(
                id,
                "https://shop.example/" + id,
                "dead_lettered",
                "http_error",
                "The page answered with status 404.",
                SampleResults.COMPLETED);
    }

    private static UnseenPage open() {
        return new UnseenPage(
                "open",
                "https://shop.example/later",
                "dispatched",
                "",
                "",
                SampleResults.COMPLETED);
    }

    private static ReportedPages pages(Object... pages) {
        return new ReportedPages() {
            @Override
            public ReportSubject subject() {
                return new SampleBatch(0).subject();
            }

            @Override
            public void each(PageVisitor visitor) throws IOException {
                for (Object page : List.of(pages)) {
                    switch (page) {
                        case ReportDocument seen -> visitor.seen(seen);
                        case OnePage told -> told.each(visitor);
                        case UnseenPage unseen -> visitor.notSeen(unseen);
                        default -> throw new IllegalArgumentException(page.toString());
                    }
                }
            }
        };
    }
}
