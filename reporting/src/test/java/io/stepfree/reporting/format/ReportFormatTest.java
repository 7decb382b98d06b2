package io.stepfree.reporting.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.stepfree.reporting.SampleBatch;
import io.stepfree.reporting.SamplePages;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each format says of pages of all kinds. */
class ReportFormatTest {

    private final SamplePages pages = SamplePages.ofAllKinds();
    private final ReportDocument judged = pages.seen().getFirst();

    @Test
    void aFormatIsKnownByItsExtensionAlone() {
        for (var format : ReportFormat.values()) {
            assertThat(ReportFormat.of(format.extension())).contains(format);
        }
        for (String other : List.of("", "JSON", "docx", ".json", "json/", "../json")) {
            assertThat(ReportFormat.of(other)).as(other).isEmpty();
        }
    }

    @Test
    void aFileNameIsSafeWhateverTheSubjectIsCalled() {
        var subject =
                new ReportSubject(
                        ReportSubject.Kind.BATCH,
                        "../a:b\"\r\nSet-Cookie: x\u202Egnp.",
                        "local",
                        SamplePages.TOLD);
        assertThat(ReportFormat.SARIF.fileName(subject))
                .isEqualTo("stepfree-batch-___a_b___Set-Cookie__x_gnp_.sarif");
    }

    @Test
    void aScanIsItsDocumentAsJson() throws IOException {
        assertThat(text(ReportFormat.JSON, new OnePage(judged)))
                .isEqualTo(ReportJson.write(judged));
    }

    @Test
    void aDocumentIsReadAsItWasWritten() {
        for (var page : pages.seen()) {
            assertThat(ReportJson.read(ReportJson.write(page))).isEqualTo(page);
        }
    }

    @Test
    void aDocumentFromBeforeScoresIsReadAsWhatItWas() {
        var partial = pages.seen().get(1);
        var old =
                ReportJson.write(partial)
                        .replaceAll("(?m)^  \"(validity|score|elements|cut)\" : .*\n", "")
                        .replaceFirst("\\{", "{ \"ofTheFuture\" : [1],");
        assertThat(ReportJson.read(old)).isEqualTo(partial);
    }

    @Test
    void theJsonOfABatchHasEveryPageInOneListAndIsByItsSchema() throws IOException {
        var text = text(ReportFormat.JSON, pages);
        var json = JsonMapper.shared().readTree(text);

        assertThat(faults("batch-report", text)).isEmpty();
        assertThat(json.path("pages").valueStream().map(page -> page.path("seen").asBoolean()))
                .containsExactly(true, true, true, true, false, false);
        assertThat(json.at("/pages/0/report"))
                .isEqualTo(JsonMapper.shared().readTree(ReportJson.write(judged)));
        assertThat(json.at("/pages/4/notSeen/reason").asString())
                .isEqualTo(SamplePages.DEAD.reason());
        assertThat(json.path("totals").toString())
                .isEqualTo(
                        "{\"pages\":6,\"seen\":{\"partial\":1,\"suspect\":1,\"valid\":2},\"notSeen\":{\"accepted\":1,\"dead_lettered\":1},\"violations\":{\"critical\":6,\"minor\":2,\"moderate\":2,\"serious\":104},\"needsReview\":{\"critical\":2,\"serious\":2},\"warnings\":6}");
        assertThat(faults("batch-report", text.replace("\"seen\":false", "\"seen\":true")))
                .isNotEmpty();
    }

    @Test
    void ndjsonHasALineForEachPageAndTheOccurrencesAddUp() throws IOException {
        var lines =
                text(ReportFormat.NDJSON, pages)
                        .lines()
                        .peek(line -> assertThat(faults("report-line", line)).as(line).isEmpty())
                        .map(JsonMapper.shared()::readTree)
                        .toList();

        assertThat(
                        lines.stream()
                                .filter(line -> kind(line, "page"))
                                .map(line -> line.path("seen").asString()))
                .containsExactly("valid", "partial", "suspect", "valid", "no", "no");
        assertThat(occurrences(lines, "violation")).isEqualTo(3 * 57);
        assertThat(occurrences(lines, "needs_review")).isEqualTo(3 * 2);
        var contrast =
                lines.stream().filter(line -> line.has("foreground")).findFirst().orElseThrow();
        assertThat(contrast.path("ratio").asDouble()).isEqualTo(2.849);
        assertThat(contrast.path("fingerprint").asString()).matches("[0-9a-f]{32}");
        assertThat(lines)
                .anyMatch(line -> line.path("occurrences").asInt() == 37 && !line.has("target"));
        var dead = lines.get(lines.size() - 2);
        assertThat(dead.path("failure").asString()).isEqualTo("http_error");
        assertThat(dead.path("message").asString()).isEqualTo(SamplePages.DEAD.reason());
    }

    @Test
    void csvSaysTheSameAsNdjson() throws IOException {
        var rows = rows(text(ReportFormat.CSV, pages));
        var lines =
                text(ReportFormat.NDJSON, pages)
                        .lines()
                        .map(JsonMapper.shared()::readTree)
                        .toList();

        assertThat(rows).hasSameSizeAs(lines);
        for (int row = 0; row < rows.size(); row++) {
            for (String column :
                    List.of("kind", "scanId", "url", "seen", "status", "rule", "impact", "html")) {
                assertThat(rows.get(row).getField(column).replaceFirst("^'", ""))
                        .isEqualTo(lines.get(row).path(column).asString(""));
            }
        }
        assertThat(rows.getFirst().getHeader().getFirst()).isEqualTo("kind");
        assertThat(text(ReportFormat.CSV, pages)).startsWith("kind,scanId,url,").contains("\r\n");
    }

    @Test
    void everyMemberOfALineIsAColumnInTheSameOrder() throws IOException {
        var rows = rows(text(ReportFormat.CSV, new SampleBatch(10)));

        assertThat(rows.getFirst().getHeader())
                .containsExactlyElementsOf(
                        Stream.of(FindingLine.class.getRecordComponents())
                                .map(RecordComponent::getName)
                                .toList())
                .endsWith("required", "template");
        assertThat(rows).anyMatch(row -> row.getField("template").equals("0ffe50ffe50ffe50"));
    }

    @Test
    void whatWasFoundOnAPageThatMayBeAnotherIsInNoSumOfABatch() throws IOException {
        var suspect = pages.seen().get(2);
        var batch = new SamplePages("one", List.of(suspect), List.of());

        assertThat(text(ReportFormat.HTML, batch)).contains("None of 1 page was seen");
        assertThat(
                        JsonMapper.shared()
                                .readTree(text(ReportFormat.JSON, batch))
                                .path("totals")
                                .toString())
                .isEqualTo(
                        "{\"pages\":1,\"seen\":{\"suspect\":1},\"notSeen\":{},\"violations\":{},\"needsReview\":{},\"warnings\":%d}"
                                .formatted(suspect.warnings().size()));
        assertThat(text(ReportFormat.PROMETHEUS, batch))
                .contains(
                        "stepfree_report_pages{validity=\"suspect\"} 1\n",
                        "stepfree_report_violations{impact=\"serious\"} 0\n",
                        "stepfree_report_needs_review{impact=\"critical\"} 0\n",
                        "stepfree_report_passed_rules 0\n");
        assertThat(text(ReportFormat.PROMETHEUS, new OnePage(suspect)))
                .contains("stepfree_report_violations{impact=\"serious\"} 52\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=cmd|' /C calc'!A0",
                "+1+1",
                "-2+3",
                "@SUM(1)",
                "\t=1",
                "\rX",
                "\nX",
                " =1",
                "\u00A0=1",
                "\u200B=1",
                "\uFEFF+1",
                "\u0001-1",
                "\uFF1D1"
            })
    void noCellIsAFormula(String text) throws IOException {
        var rows = rows(text(ReportFormat.CSV, SamplePages.saying(text)));

        for (var row : rows) {
            for (String cell : row.getFields()) {
                assertThat(cell).doesNotMatch("(?s)^[=+\\-@\\t\\r\\n\uFF1D].*");
            }
            assertThat(row.getField("url")).startsWith("'");
        }
    }

    @Test
    void sarifTellsViolationsReviewsAndPagesThatWereNotSeenApart() throws IOException {
        var run = JsonMapper.shared().readTree(text(ReportFormat.SARIF, pages)).at("/runs/0");
        var results = run.path("results").valueStream().toList();

        var rules = run.at("/tool/driver/rules");
        for (var result : results) {
            assertThat(rules.path(result.path("ruleIndex").asInt()).path("id"))
                    .isEqualTo(result.path("ruleId"));
            boolean review = result.path("kind").asString().equals("review");
            assertThat(result.path("level").asString().equals("none")).isEqualTo(review);
        }
        assertThat(
                        results.stream()
                                .filter(result -> result.path("kind").asString().equals("review")))
                .hasSize(6);
        assertThat(levels(results, "image-alt")).containsOnly("error");
        assertThat(levels(results, "heading-order")).containsOnly("warning");
        assertThat(levels(results, "region")).containsOnly("note");
        assertThat(results.getFirst().at("/partialFingerprints/stepfree~1v1").asString())
                .isEqualTo(judged.violations().getFirst().nodes().getFirst().fingerprint());
        var first = results.getFirst();
        assertThat(
                        "https://"
                                + first.at("/locations/0/physicalLocation/artifactLocation/uri")
                                        .asString())
                .isEqualTo(judged.finalUrl())
                .isEqualTo(first.at("/properties/url").asString());
        var region = first.at("/locations/0/physicalLocation/region");
        assertThat(region.path("startLine").asInt()).isEqualTo(1);
        assertThat(region.at("/snippet/text").asString())
                .isEqualTo(judged.violations().getFirst().nodes().getFirst().html());
        assertThat(
                        run.at(
                                "/invocations/0/toolExecutionNotifications/0/locations/0/physicalLocation"))
                .isNotEmpty()
                .noneMatch(part -> part.has("startLine"));
        assertThat(results).anyMatch(result -> result.at("/properties/leftOut").asInt() == 37);
        var invocation = run.at("/invocations/0");
        assertThat(invocation.path("executionSuccessful").asBoolean(true)).isFalse();
        assertThat(
                        invocation
                                .path("toolExecutionNotifications")
                                .valueStream()
                                .map(told ->
                                        told.at("/descriptor/id").asString()
                                                + " "
                                                + told.path("level").asString()))
                .containsExactly(
                        "page-warning warning",
                        "page-warning warning",
                        "page-warning warning",
                        "page-warning warning",
                        "page-suspect error",
                        "page-warning warning",
                        "page-warning warning",
                        "page-not-seen error",
                        "page-not-seen error");
        assertThat(run.at("/tool/extensions/0/name").asString()).isEqualTo("axe-core 4.11.1");
    }

    @Test
    void aRunInWhichEveryPageWasSeenIsSuccessful() throws IOException {
        var run =
                JsonMapper.shared()
                        .readTree(text(ReportFormat.SARIF, new OnePage(judged)))
                        .at("/runs/0/invocations/0");
        assertThat(run.path("executionSuccessful").asBoolean(false)).isTrue();
        assertThat(run.path("toolExecutionNotifications").size()).isEqualTo(2);
    }

    @Test
    void aValidityThatNobodyKnowsIsNotTakenForWhole() throws IOException {
        String json = ReportJson.write(judged);
        var unknown =
                new OnePage(
                        ReportJson.read(
                                json.replace(
                                        "\"validity\" : \"valid\"",
                                        "\"validity\" : \"doubtful\"")));
        assertThat(text(ReportFormat.PROMETHEUS, new OnePage(ReportJson.read(json))))
                .contains("stepfree_report_complete 1");
        assertThat(text(ReportFormat.PROMETHEUS, unknown)).contains("stepfree_report_complete 0");
        assertThat(
                        JsonMapper.shared()
                                .readTree(text(ReportFormat.SARIF, unknown))
                                .at("/runs/0/invocations/0/executionSuccessful")
                                .asBoolean(true))
                .isFalse();
    }

    @Test
    void junitHasASuiteForEachPageAndNoPassForWhatWasNotSeen() throws Exception {
        var suites =
                elements(xml(text(ReportFormat.JUNIT, pages)).getElementsByTagName("testsuite"));

        assertThat(suites).hasSize(6);
        for (var suite : suites) {
            assertThat(suite.getAttribute("tests")).isEqualTo(count(suite, "testcase"));
            assertThat(suite.getAttribute("failures")).isEqualTo(count(suite, "failure"));
            assertThat(suite.getAttribute("errors")).isEqualTo(count(suite, "error"));
            assertThat(suite.getAttribute("skipped")).isEqualTo(count(suite, "skipped"));
        }
        assertThat(suites.stream().map(ReportFormatTest::seen))
                .containsExactly("", "skipped", "error", "", "error", "error");
        assertThat(suites.getFirst().getAttribute("failures")).isEqualTo("6");
        assertThat(suites.getFirst().getAttribute("skipped")).isEqualTo("2");
        assertThat(suites.get(3).getAttribute("tests")).isEqualTo("1");
        assertThat(suites.get(4).getTextContent()).contains(SamplePages.DEAD.reason());
        assertThat(suites.getFirst().getTextContent())
                .contains("37 more elements are counted")
                .contains("Warning: The page was still loading images when the scan began.");
    }

    @Test
    void earlHasNoOutcomeThatWasNotSeen() throws IOException {
        var graph = JsonMapper.shared().readTree(text(ReportFormat.EARL, pages)).path("@graph");

        assertThat(graph.size()).isEqualTo(1 + 6);
        assertThat(outcomes(graph.path(1)))
                .containsExactly(
                        "earl:failed",
                        "earl:failed",
                        "earl:failed",
                        "earl:failed",
                        "earl:failed",
                        "earl:failed",
                        "earl:cantTell",
                        "earl:cantTell");
        assertThat(outcomes(graph.path(2))).startsWith("earl:cantTell").hasSize(9);
        assertThat(outcomes(graph.path(3))).startsWith("earl:cantTell").hasSize(9);
        assertThat(outcomes(graph.path(4))).isEmpty();
        assertThat(graph.path(4).path("description").asString())
                .contains("No violations were found.", "34 rules passed");
        assertThat(outcomes(graph.path(5))).containsExactly("earl:untested");
        assertThat(outcomes(graph.path(6))).containsExactly("earl:untested");
        assertThat(graph.at("/1/assertions/2/test/isPartOf/0").asString())
                .isEqualTo("WCAG2:contrast-minimum");
        assertThat(graph.at("/1/assertions/2/result/pointer").size()).isEqualTo(11);
        assertThat(graph.at("/5/assertions/0/result/description").asString())
                .contains(SamplePages.DEAD.reason());
    }

    @Test
    void prometheusHasSumsAndNoWordOfAPage() throws IOException {
        var lines = text(ReportFormat.PROMETHEUS, pages).lines().toList();

        assertThat(lines)
                .contains(
                        "stepfree_report_pages{validity=\"valid\"} 2",
                        "stepfree_report_pages{validity=\"partial\"} 1",
                        "stepfree_report_pages{validity=\"suspect\"} 1",
                        "stepfree_report_pages_not_seen{status=\"dead_lettered\"} 1",
                        "stepfree_report_violations{impact=\"serious\"} 104",
                        "stepfree_report_violations{impact=\"unknown\"} 0",
                        "stepfree_report_needs_review{impact=\"critical\"} 2",
                        "stepfree_report_complete 0",
                        "stepfree_report_score_lowest 53")
                .allMatch(line ->
                        line.matches(
                                "# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{[a-z]+=\"[a-z_]+\"})? [-+0-9.E]+"));
        var hostile = text(ReportFormat.PROMETHEUS, SamplePages.saying("a\nb\"} 1"));
        assertThat(hostile.lines().count()).isLessThanOrEqualTo(lines.size());
        assertThat(hostile).doesNotContain("a\nb");
    }

    @Test
    void aPageForPeopleIsWrittenOfAScanAndOfABatch() throws IOException {
        assertThat(text(ReportFormat.HTML, new OnePage(judged)))
                .startsWith("<!DOCTYPE html>")
                .doesNotContain("A batch of");
        assertThat(text(ReportFormat.HTML, pages))
                .startsWith("<!DOCTYPE html>")
                .contains("A batch of");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PDF")
    void noPageIsAReportTooAndTheStreamStaysOpen(ReportFormat format) throws IOException {
        var none = new SamplePages("none", List.of(), List.of());
        var closed = new boolean[1];
        var out =
                new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        closed[0] = true;
                    }
                };
        format.write(none, out);

        assertThat(closed[0]).isFalse();
        assertThat(format == ReportFormat.NDJSON || out.size() > 0).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HTML", "PDF"})
    void thePagesAreWalkedOverOnce(ReportFormat format) throws IOException {
        var walks = new int[1];
        var counted =
                new ReportedPages() {
                    @Override
                    public ReportSubject subject() {
                        return pages.subject();
                    }

                    @Override
                    public void each(io.stepfree.reporting.pages.PageVisitor visitor)
                            throws IOException {
                        walks[0]++;
                        pages.each(visitor);
                    }
                };
        var out = new ByteArrayOutputStream();
        format.write(counted, out);
        assertThat(walks[0]).isEqualTo(1);
    }

    static String text(ReportFormat format, ReportedPages pages) throws IOException {
        var out = new ByteArrayOutputStream();
        format.write(pages, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    static List<NamedCsvRecord> rows(String csv) throws IOException {
        try (var reader = CsvReader.builder().ofNamedCsvRecord(csv)) {
            return reader.stream().toList();
        }
    }

    /** Read as a careful reader does: without a document type, without what lies outside. */
    static Element xml(String text) throws IOException, ParserConfigurationException, SAXException {
        var parsers = DocumentBuilderFactory.newInstance();
        parsers.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        parsers.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return parsers.newDocumentBuilder()
                .parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
    }

    static List<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength())
                .mapToObj(index -> (Element) nodes.item(index))
                .toList();
    }

    private static String count(Element suite, String name) {
        return Integer.toString(suite.getElementsByTagName(name).getLength());
    }

    /** How the first test of a suite ended; empty where it passed. */
    private static String seen(Element suite) {
        var first = (Element) suite.getElementsByTagName("testcase").item(0);
        assertThat(first.getAttribute("name")).isEqualTo("page was seen");
        return elements(first.getElementsByTagName("*")).stream()
                .map(Element::getTagName)
                .findFirst()
                .orElse("");
    }

    private static boolean kind(JsonNode line, String kind) {
        return line.path("kind").asString().equals(kind);
    }

    private static int occurrences(List<JsonNode> lines, String kind) {
        return lines.stream()
                .filter(line -> kind(line, kind))
                .mapToInt(line -> line.path("occurrences").asInt())
                .sum();
    }

    private static Stream<String> levels(List<JsonNode> results, String rule) {
        return results.stream()
                .filter(result -> result.path("ruleId").asString().equals(rule))
                .filter(result -> result.path("kind").asString().equals("fail"))
                .map(result -> result.path("level").asString());
    }

    private static List<String> outcomes(JsonNode subject) {
        return subject.path("assertions")
                .valueStream()
                .map(assertion -> assertion.at("/result/outcome").asString())
                .toList();
    }

    static List<Error> faults(String name, String json) {
        return SchemaRegistry.withDefaultDialect(
                        SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(SCHEMAS))
                .getSchema(SchemaLocation.of("urn:stepfree:schema:%s:1".formatted(name)))
                .validate(json, InputFormat.JSON);
    }

    private static final HashMap<String, String> SCHEMAS = new HashMap<>();

    static {
        for (String name : List.of("report", "batch-report", "report-line")) {
            SCHEMAS.put("urn:stepfree:schema:%s:1".formatted(name), resource(name));
        }
    }

    private static String resource(String name) {
        try (var file =
                ReportJson.class.getResourceAsStream("/schema/%s.schema.json".formatted(name))) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
