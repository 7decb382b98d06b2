package io.stepfree.reporting.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.stepfree.reporting.SamplePages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a page may say is nothing but text in every format, and in those of JSON the same text. */
class HostileTextTest {

    private static final List<ReportFormat> JSON =
            List.of(ReportFormat.JSON, ReportFormat.SARIF, ReportFormat.EARL, ReportFormat.NDJSON);

    static Stream<String> texts() {
        return SamplePages.HOSTILE.stream();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void jsonGivesTheTextBackAndHasNothingInItThatActs(String text) throws IOException {
        var pages = SamplePages.saying(text);
        String kept = pages.seen().getFirst().title();
        for (var format : JSON) {
            String json = ReportFormatTest.text(format, pages);

            assertInert(json, format);
            assertThat(json).as("%s", format).doesNotContain("<", ">", "&", "\t", "\r");
            var values = new ArrayList<String>();
            for (String line :
                    format == ReportFormat.NDJSON ? json.lines().toList() : List.of(json)) {
                values(JsonMapper.shared().readTree(line), values);
            }
            assertThat(values.stream().anyMatch(kept::equals)).as("%s", format).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("texts")
    void csvHasAsManyCellsAsWithoutIt(String text) throws IOException {
        String csv = ReportFormatTest.text(ReportFormat.CSV, SamplePages.saying(text));

        assertInert(csv, ReportFormat.CSV);
        var rows = ReportFormatTest.rows(csv);
        assertThat(rows).hasSize(1 + 5 + 5 + 1).allMatch(row -> row.getFieldCount() == 23);
    }

    /** Set to German, Excel ends cells at semicolons, and at commas no more. */
    @ParameterizedTest
    @ValueSource(strings = {";", "\t", "\r\n", "\n", "\r"})
    void noFormulaBeginsWhereASpreadsheetEndsACell(String separator) {
        for (String formula : List.of("=1+1", " =1+1", "\u00A0+1", "\"=1+1", "\uFF1D1")) {
            assertThat(CsvReport.safe("<a title='" + separator + formula + ";'>"))
                    .as(formula)
                    .contains(separator + "'");
        }
        assertThat(CsvReport.safe("<a title=';=cmd|calc!A0;'>"))
                .isEqualTo("<a title=';'=cmd|calc!A0;'>");
        String harmless = "color: red; width: 1px;" + separator + "a = b";
        assertThat(CsvReport.safe(harmless)).isEqualTo(harmless);
    }

    @Test
    void aTextOfSeparatorsAndBlanksIsReadOnce() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> CsvReport.safe("\n".repeat(500_000) + "=" + ";\n".repeat(500_000)));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void xmlHasTheSameElementsAsWithoutIt(String text) throws Exception {
        String xml = ReportFormatTest.text(ReportFormat.JUNIT, SamplePages.saying(text));

        assertInert(xml, ReportFormat.JUNIT);
        var root = ReportFormatTest.xml(xml);
        assertThat(names(root))
                .isEqualTo(
                        names(
                                ReportFormatTest.xml(
                                        ReportFormatTest.text(
                                                ReportFormat.JUNIT, SamplePages.saying("text")))));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void sarifHasNeitherLinksNorPlaceholdersOfAPage(String text) throws IOException {
        var run =
                JsonMapper.shared()
                        .readTree(
                                ReportFormatTest.text(ReportFormat.SARIF, SamplePages.saying(text)))
                        .at("/runs/0");
        for (var result : run.path("results")) {
            String message = result.at("/message/text").asString();
            assertThat(message.replace("{{", "").replace("}}", "")).doesNotContain("{", "}");
            assertThat(message.replaceAll("\\\\.", "")).doesNotContain("[", "]");
            assertThat(result.at("/locations/0").has("physicalLocation")).isFalse();
        }
        assertThat(run.at("/tool/driver/rules/0").has("helpUri")).isFalse();
    }

    @Test
    void onlyAddressesOfTheWebBecomeAddresses() {
        assertThat(WebAddress.of("https://shop.example/ä?q=1"))
                .contains("https://shop.example/%C3%A4?q=1");
        assertThat(WebAddress.of("https://shop.example/list?filter=a|b"))
                .contains("https://shop.example/list?filter=a%7Cb");
        assertThat(WebAddress.of("https://shop.example?q={x}&r[]=%41#a#b"))
                .contains("https://shop.example?q=%7Bx%7D&r%5B%5D=%41#a%23b");
        assertThat(WebAddress.of("HTTP://shop.example/a^b\\\"<>`"))
                .contains("HTTP://shop.example/a%5Eb%5C%22%3C%3E%60");
        assertThat(WebAddress.of("https://shop.example/100%"))
                .contains("https://shop.example/100%25");
        assertThat(WebAddress.of("https://my_shop.example/")).contains("https://my_shop.example/");
        assertThat(WebAddress.of("http://[::1]:3000/")).contains("http://[::1]:3000/");
        assertThat(
                        Stream.of(
                                        "https://ada@shop.example/",
                                        "https://shop.example:x@evil.example/",
                                        "https://shop.example\\@evil.example/",
                                        "https://%73hop.example/",
                                        "https://shop.example/\u3000",
                                        "https://shop.example/\u0085",
                                        "https://shop.example/\uD83D",
                                        "https://\uDE00/",
                                        "https:///",
                                        "javascript:alert(1)",
                                        "JaVaScRiPt:alert(1)",
                                        "data:text/html,x",
                                        "file:///etc/passwd",
                                        "//evil.example/",
                                        "https:evil",
                                        "https://a b/",
                                        "https://x/\r\ny",
                                        "")
                                .flatMap(text -> WebAddress.of(text).stream()))
                .isEmpty();
    }

    @Test
    void anAddressWithoutItsSchemeIsAPath() {
        assertThat(WebAddress.withoutScheme("https://shop.example/cart?x=1:2#:"))
                .contains("shop.example/cart?x=1:2#:");
        assertThat(WebAddress.withoutScheme("http://localhost:3000/a:b"))
                .contains("localhost%3A3000/a:b");
        assertThat(WebAddress.withoutScheme("http://[::1]:3000")).contains("%5B%3A%3A1%5D%3A3000");
        assertThat(WebAddress.withoutScheme("https://bücher.example/ä"))
                .contains("b%C3%BCcher.example/%C3%A4");
        assertThat(WebAddress.withoutScheme("javascript:alert(1)")).isEmpty();
    }

    @Test
    void earlNamesNoRuleByAnAddressThatIsNone() throws IOException {
        var json =
                JsonMapper.shared()
                        .readTree(
                                ReportFormatTest.text(
                                        ReportFormat.EARL,
                                        SamplePages.saying("javascript:alert(1)")));
        assertThat(json.at("/@graph/1/assertions").findValues("@id")).isEmpty();
    }

    /* Nothing that steers a terminal, hides, or turns text around; no character that is none. */
    static void assertInert(String text, ReportFormat format) {
        assertThat(
                        text.codePoints()
                                .filter(character ->
                                        InertText.isHidden(character)
                                                || Character.getType(character)
                                                        == Character.SURROGATE)
                                .mapToObj("U+%04X"::formatted))
                .as("%s", format)
                .isEmpty();
    }

    private static void values(JsonNode node, List<String> values) {
        if (node.isString()) {
            values.add(node.asString());
        }
        node.forEach(child -> values(child, values));
    }

    private static List<String> names(Element root) {
        return ReportFormatTest.elements(root.getElementsByTagName("*")).stream()
                .map(Element::getTagName)
                .toList();
    }
}
