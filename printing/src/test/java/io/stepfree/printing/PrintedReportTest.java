package io.stepfree.printing;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleBatch;
import io.stepfree.reporting.SamplePages;
import io.stepfree.reporting.SampleReports;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.format.Printer;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionURI;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reports as PDF, whatever they are about. */
class PrintedReportTest {

    private static final Printer PRINTER =
            new ChromePrinter(
                    PrintingBrowser.find("", "", true).orElseThrow(),
                    new PrintLimits(
                            2,
                            Duration.ofMinutes(2),
                            Duration.ofMinutes(2),
                            20_000_000,
                            50_000_000));

    private static final String SCRIPTS =
            "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u4f60\u597d \ud83d\ude00 \ud83d\udc68\u200d\ud83d\udc69 e\u0301 \u0e01\u0e33 \uE000 \u0B95";

    /** Named, so that a failure says which. */
    static Stream<Map.Entry<String, ReportedPages>> reports() {
        return Stream.of(
                Map.entry("findings", scan(SampleResults.rich(SamplePages.scan(1), "r"))),
                Map.entry("clean", scan(SampleResults.clean(SamplePages.scan(1), "r"))),
                Map.entry("pictures, partial", judged(Validity.PARTIAL)),
                Map.entry("suspect", judged(Validity.SUSPECT)),
                Map.entry("batch with pages that were not seen", SamplePages.ofAllKinds()),
                Map.entry("batch of 60", new SampleBatch(60)),
                Map.entry("batch of none", new SamplePages("none", List.of(), List.of())));
    }

    /** Also of scripts for which a machine may have no font, and of what is code in a PDF. */
    static Stream<String> hostileTexts() {
        return Stream.concat(
                SampleReports.HOSTILE.stream(),
                Stream.of(
                        "file:///etc/passwd",
                        ") /JS (app.alert(1)) /S /JavaScript >> endobj",
                        SCRIPTS,
                        "x".repeat(2_000)));
    }

    @ParameterizedTest
    @MethodSource("reports")
    void isPdfUa(Map.Entry<String, ReportedPages> report) throws IOException {
        byte[] pdf = print(report.getValue());

        assertThat(PdfUa.faults(pdf)).as(report.getKey()).isEmpty();
        assertInert(pdf);
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void isPdfUaAndNothingActsWhateverAPageSays(String text) throws IOException {
        byte[] pdf = print(new OnePage(SamplePages.saying(text).seen().getFirst()));

        assertThat(PdfUa.faults(pdf)).isEmpty();
        assertInert(pdf);
    }

    @Test
    void aBatchOfPagesThatSayAllOfThatIsNoWorse() throws IOException {
        var saying = hostileTexts().map(SamplePages::saying).toList();
        byte[] pdf =
                print(
                        new SamplePages(
                                "hostile",
                                saying.stream().flatMap(one -> one.seen().stream()).toList(),
                                saying.stream().flatMap(one -> one.notSeen().stream()).toList()));

        assertThat(PdfUa.faults(pdf)).isEmpty();
        assertInert(pdf);
    }

    @Test
    void thousandsOfFindingsAreAllInIt() throws IOException {
        byte[] pdf = print(scan(large(1_200)));

        assertThat(PdfUa.faults(pdf)).isEmpty();
        try (PDDocument document = Loader.loadPDF(pdf)) {
            assertThat(new PDFTextStripper().getText(document)).contains("1,200");
        }
    }

    @Test
    void itSaysWhatTheReportSaysAndWhenThatWas() throws IOException {
        try (PDDocument document = Loader.loadPDF(print(judged(Validity.PARTIAL)))) {
            assertThat(new PDFTextStripper().getText(document))
                    .contains("Before you rely on these numbers", "Needs review", "color-contrast")
                    .doesNotContain("Skip to the findings");
            var information = document.getDocumentInformation();
            assertThat(information.getTitle()).endsWith("accessibility report");
            assertThat(information.getProducer()).isEqualTo("Stepfree");
            assertThat(information.getCreator()).isNull();
            Calendar created = information.getCreationDate();
            created.setTimeZone(TimeZone.getTimeZone("UTC"));
            assertThat(created.toInstant())
                    .isEqualTo(
                            SampleResults.COMPLETED.truncatedTo(
                                    java.time.temporal.ChronoUnit.SECONDS));
            assertThat(document.getDocumentCatalog().getLanguage()).isEqualTo("en");
            assertThat(document.getDocumentCatalog().getDocumentOutline().hasChildren()).isTrue();
        }
    }

    @Test
    void aCharacterWithoutAFontIsABoxThatSaysWhichCharacterItIs() throws IOException {
        // Nobody has a sign for it: it is for private use.
        String text = print("Price \uE000 and \uE001");

        assertThat(text).contains("Price ", " and ").containsAnyOf("\u25A1", "\uE000");
    }

    @Test
    void theSameReportGivesTheSameBytes() throws IOException {
        ReportedPages report = judged(Validity.VALID);

        assertThat(print(report)).isEqualTo(print(report));
    }

    private static String print(String text) throws IOException {
        try (PDDocument document =
                Loader.loadPDF(print(new OnePage(SamplePages.saying(text).seen().getFirst())))) {
            return new PDFTextStripper().getText(document);
        }
    }

    /* Nothing of it runs, opens or holds anything; links lead to the web or stay inside. */
    private static void assertInert(byte[] pdf) throws IOException {
        try (PDDocument document = Loader.loadPDF(pdf)) {
            var catalog = document.getDocumentCatalog().getCOSObject();
            var actions = new TreeSet<String>();
            for (var key : List.copyOf(document.getDocument().getXrefTable().keySet())) {
                if (document.getDocument().getObjectFromPool(key).getObject()
                        instanceof COSDictionary dictionary) {
                    assertThat(dictionary.keySet().stream().map(COSName::getName))
                            .doesNotContain("JS", "JavaScript", "AA", "OpenAction", "EmbeddedFiles")
                            .doesNotContain("EF", "RichMediaContent", "Launch", "XFA");
                    COSBase action = dictionary.getDictionaryObject(COSName.A);
                    if (action instanceof COSDictionary some
                            && some.getCOSName(COSName.S) != null) {
                        actions.add(some.getCOSName(COSName.S).getName());
                    }
                }
            }
            assertThat(actions).isSubsetOf("URI");
            assertThat(catalog.containsKey(COSName.getPDFName("AcroForm"))).isFalse();
            var targets = new ArrayList<String>();
            for (var page : document.getPages()) {
                for (var annotation : page.getAnnotations()) {
                    assertThat(annotation).isInstanceOf(PDAnnotationLink.class);
                    assertThat(annotation.getContents()).isNotBlank();
                    if (((PDAnnotationLink) annotation).getAction() instanceof PDActionURI web) {
                        targets.add(web.getURI());
                    }
                }
            }
            assertThat(targets).allMatch(target -> target.matches("https?://.+"));
        }
    }

    private static ReportedPages judged(Validity validity) {
        return scan(SampleResults.judged(validity, 53, SamplePages.scan(1), "r"));
    }

    private static ReportedPages scan(ScanResult result) {
        return new OnePage(ReportComposer.compose(result));
    }

    private static ScanResult large(int findings) {
        var result = SampleResults.rich(SamplePages.scan(1), "r");
        Finding finding = result.getPage().getViolations().getFirst();
        var nodes = Collections.nCopies(findings, finding.getNodes().getFirst());
        return ScanResult.newBuilder(result)
                .setPage(
                        PageResult.newBuilder(result.getPage())
                                .setViolations(
                                        List.of(
                                                Finding.newBuilder(finding)
                                                        .setNodeCount(findings)
                                                        .setNodes(nodes)
                                                        .build()))
                                .build())
                .build();
    }

    private static byte[] print(ReportedPages pages) throws IOException {
        var out = new ByteArrayOutputStream();
        ReportFormat.PDF.write(pages, PRINTER, out);
        return out.toByteArray();
    }
}
