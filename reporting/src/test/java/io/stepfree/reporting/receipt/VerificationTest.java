package io.stepfree.reporting.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.receipt.Verification.Altered;
import io.stepfree.reporting.receipt.Verification.Intact;
import io.stepfree.reporting.receipt.Verification.NoReceipt;
import io.stepfree.reporting.receipt.Verification.NoReport;
import io.stepfree.reporting.receipt.Verification.PageOf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class VerificationTest {

    private static final String LEDGER = "scan.results-3@1204";

    private final ReportDocument report =
            Receipts.given(
                    ReportComposer.compose(SampleResults.rich("scan-1", "request-1")), LEDGER);
    private final String json = ReportJson.write(report);

    @Test
    void aReportAsItWasWrittenIsIntact() {
        assertThat(Verification.of(json))
                .isInstanceOfSatisfying(
                        Intact.class,
                        intact -> {
                            assertThat(intact.scanId()).isEqualTo("scan-1");
                            assertThat(intact.finalUrl()).isEqualTo(report.finalUrl());
                            assertThat(intact.ledger()).isEqualTo(LEDGER);
                            assertThat(intact.hash()).hasSize(64);
                        });
    }

    @Test
    void aReportInAnotherSpellingIsIntact() {
        var reversed = reversed(JsonMapper.shared().readTree(json));
        assertThat(Verification.of(reversed.toString())).isInstanceOf(Intact.class);
        assertThat(Verification.of(reversed.toPrettyString())).isInstanceOf(Intact.class);
        assertThat(json).contains("\"httpStatus\" : 200");
        assertThat(Verification.of(json.replace("\"httpStatus\" : 200", "\"httpStatus\":2.00e2")))
                .isInstanceOf(Intact.class);
    }

    @Test
    void theSameResultAtTheSamePlaceHasTheSameReceipt() {
        assertThat(
                        Receipts.given(
                                ReportComposer.compose(SampleResults.rich("scan-1", "request-1")),
                                LEDGER))
                .isEqualTo(report);
        assertThat(Receipts.given(report, "scan.results-3@1205").receipt())
                .isNotEqualTo(report.receipt());
    }

    @Test
    void theFirstLinkThatDoesNotFitTellsWhatWasChanged() {
        assertThat(altered("receipt", "ledger", "\"scan.results-3@1205\"")).isEqualTo("ledger");
        assertThat(altered("engine", "\"axe-core 4.0.0\"")).isEqualTo("engine");
        assertThat(altered("browser", "\"Firefox\"")).isEqualTo("browser");
        assertThat(altered("finalUrl", "\"https://other.example/\"")).isEqualTo("page");
        assertThat(altered("validity", "\"suspect\"")).isEqualTo("page");
        assertThat(altered("violations", "[]")).isEqualTo("page");
        assertThat(altered("score", "100")).isEqualTo("result");
        assertThat(altered("summary", "violations", "0")).isEqualTo("result");
        assertThat(altered("client", "\"other\"")).isEqualTo("result");
        assertThat(altered("added", "true")).isEqualTo("result");
        assertThat(altered("receipt", "links", "[]")).isEqualTo("ledger");
    }

    /** Whatever member is taken out, it is missed. */
    @Test
    void nothingCanBeTakenOut() {
        for (String name : names(JsonMapper.shared().readTree(json))) {
            var document = (ObjectNode) JsonMapper.shared().readTree(json);
            document.remove(name);
            assertThat(Verification.of(document.toString()))
                    .as("without %s", name)
                    .isInstanceOf(name.equals("receipt") ? NoReceipt.class : Altered.class);
        }
    }

    @Test
    void whatHasNoReceiptIsNeitherIntactNorAltered() {
        assertThat(
                        Verification.of(
                                ReportJson.write(
                                        ReportComposer.compose(
                                                SampleResults.clean("scan-1", "request-1")))))
                .isEqualTo(
                        new NoReceipt(
                                "it has no receipt: it was taken out, or the report was made before there were any"));
        assertThat(Verification.of("[]"))
                .isEqualTo(new NoReport("it is not the report of one scan"));
        assertThat(Verification.of("\uFEFF \n<!doctype HTML><title>x</title>"))
                .isEqualTo(new NoReport("it is a page for people"));
        assertThat(Verification.of(json.replace("\"version\" : 1", "\"version\" : 2")))
                .isEqualTo(new NoReceipt("its receipt is of version 2, and only 1 is known here"));
    }

    @Test
    void thePageForPeopleSaysWhichJsonHasWhichReceipt() {
        assertThat(Verification.of(new String(new HtmlPage().render(report), UTF_8)))
                .isEqualTo(
                        new PageOf(
                                report.scanId(),
                                Objects.requireNonNull(report.receipt()).links().getLast().hash()));
    }

    @Test
    void numbersThatNoReportHasAreRefusedWithoutBeingWritten() {
        for (String number :
                List.of(
                        "1e999999999",
                        "1e99999999999",
                        "-1e-99999999999",
                        "10e2147483647",
                        "1e-2147483647",
                        "0e999999999",
                        "1e401",
                        "9".repeat(401))) {
            assertThat(
                            Verification.of(
                                    json.replaceFirst(
                                            "\"elements\" : [0-9]+", "\"elements\" : " + number)))
                    .as(number)
                    .isEqualTo(new NoReceipt("it has a number that no report has"));
        }
    }

    @Test
    void whatIsAddedWhereNoHashLooksIsNoticed() {
        assertThat(altered("receipt", "added", "true")).isEqualTo("receipt");
        assertThat(altered("receipt", "version", "1.5")).isEqualTo("receipt");
        assertThat(Verification.of(json.replaceFirst("\\{", "{\"score\":100,")))
                .as("a member twice")
                .isInstanceOf(NoReport.class);
        assertThat(Verification.of(json + "{}")).isInstanceOf(NoReport.class);
    }

    @Test
    void halfACharacterIsNoQuestionMark() {
        var asked = (ObjectNode) JsonMapper.shared().readTree(json);
        asked.put("title", "What?");
        var receipt = Receipts.receipt(CanonicalJson.read(asked.toString()), LEDGER);
        asked.set("receipt", JsonMapper.shared().valueToTree(receipt));
        assertThat(Verification.of(asked.toString())).isInstanceOf(Intact.class);
        assertThat(Verification.of(asked.toString().replace("What?", "What\\uD83D")))
                .isEqualTo(new NoReceipt("it has half a character, which no report has"));
    }

    @Test
    void aByteOrderMarkIsNoChange() {
        assertThat(Verification.of("\uFEFF" + json)).isInstanceOf(Intact.class);
    }

    /** As docs/reports.md has it, step by step. */
    @Test
    void theRecipeIsWhatTheDocumentationSays() throws Exception {
        String document =
                """
                {"title": "\\u00e4/\\"\\u001f\\n", "score": 4.50, "engine": "axe", "browser": "Chrome",
                 "finalUrl": "https://x.example/", "httpStatus": 2e2, "language": null, "elements": 1200,
                 "validity": "valid", "needsReview": [], "receipt": {},
                 "violations": [{"nodes": [{"fingerprint": "b"}, {"fingerprint": "a"}]}]}
                """;
        String title = "\"ä/\\\"\\u001F\\n\"";
        var parts =
                List.of(
                        List.of("ledger", LEDGER),
                        List.of("engine", "\"axe\""),
                        List.of("browser", "\"Chrome\""),
                        List.of(
                                "page",
                                "[\"https://x.example/\",200,%s,null,1200,\"valid\",\"a\",\"b\"]"
                                        .formatted(title)),
                        List.of(
                                "result",
                                """
                                {"browser":"Chrome","elements":1200,"engine":"axe","finalUrl":"https://x.example/","httpStatus":200,"language":null,"needsReview":[],"score":4.5,"title":%s,"validity":"valid","violations":[{"nodes":[{"fingerprint":"b"},{"fingerprint":"a"}]}]}\
                                """
                                        .formatted(title)));
        var expected = new ArrayList<String>();
        byte[] before = sha256("stepfree receipt 1".getBytes(StandardCharsets.UTF_8));
        for (var part : parts) {
            var all = new ByteArrayOutputStream();
            all.write(before);
            all.write(part.getFirst().getBytes(StandardCharsets.UTF_8));
            all.write(sha256(part.getLast().getBytes(StandardCharsets.UTF_8)));
            before = sha256(all.toByteArray());
            expected.add(part.getFirst() + " " + HexFormat.of().formatHex(before));
        }
        assertThat(Receipts.receipt(CanonicalJson.read(document), LEDGER).links())
                .extracting(link -> link.of() + " " + link.hash())
                .isEqualTo(expected);
    }

    private static byte[] sha256(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private String altered(String member, String value) {
        var document = (ObjectNode) JsonMapper.shared().readTree(json);
        document.set(member, JsonMapper.shared().readTree(value));
        return first(document);
    }

    private String altered(String outer, String inner, String value) {
        var document = (ObjectNode) JsonMapper.shared().readTree(json);
        ((ObjectNode) document.path(outer)).set(inner, JsonMapper.shared().readTree(value));
        return first(document);
    }

    private static String first(JsonNode document) {
        return Verification.of(document.toString()) instanceof Altered(String first) ? first : "";
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(member -> member.getKey()).toList();
    }

    private static JsonNode reversed(JsonNode node) {
        if (node.isArray()) {
            var array = JsonMapper.shared().createArrayNode();
            node.forEach(element -> array.add(reversed(element)));
            return array;
        }
        if (!node.isObject()) {
            return node;
        }
        var object = JsonMapper.shared().createObjectNode();
        for (String name : new ArrayList<>(names(node)).reversed()) {
            object.set(name, reversed(node.path(name)));
        }
        return object;
    }
}
