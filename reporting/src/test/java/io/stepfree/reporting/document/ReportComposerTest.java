package io.stepfree.reporting.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.schemas.scan.Contrast;
import io.stepfree.schemas.scan.FindingNode;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ReportComposerTest {

    private static final String SCAN = "0199a1b2-0000-7000-8000-000000000001";

    private final ScanResult rich = SampleResults.rich(SCAN, "req-1");
    private final ReportDocument document = ReportComposer.compose(rich);

    @Test
    void violationsComeByImpactAndThenByOccurrences() {
        assertThat(document.violations())
                .extracting(Finding::rule)
                .containsExactly(
                        "image-alt",
                        "label",
                        "color-contrast",
                        "target-size",
                        "heading-order",
                        "region");
    }

    @Test
    void rulesAndOccurrencesAreCountedApartAndWithThoseNotKept() {
        var summary = document.summary();
        assertThat(summary.violatedRules()).isEqualTo(6);
        assertThat(summary.violations()).isEqualTo(2 + 1 + 48 + 4 + 1 + 1);
        assertThat(summary.needsReviewRules()).isEqualTo(2);
        assertThat(summary.needsReview()).isEqualTo(2);
    }

    @Test
    void theVerdictSaysWhatTheNumbersMean() {
        assertThat(document.summary().verdict())
                .isEqualTo(
                        "6 rules are violated in 57 places, at worst with critical impact;"
                                + " 2 rules need a person's judgement in 2 places; read the 2 warnings first.");
        assertThat(verdict(SampleResults.clean(SCAN, "req-1").getPage()))
                .isEqualTo("No violations were found.");
    }

    @Test
    void aPageSeenInPartOrNotAtAllIsNotCalledClean() {
        var clean = SampleResults.clean(SCAN, "req-1").getPage();
        assertThat(
                        verdict(
                                PageResult.newBuilder(clean)
                                        .setWarnings(List.of("A frame was not scanned."))
                                        .build()))
                .isEqualTo(
                        "No violations were found in the part of the page that was seen; read the warning first.");
        assertThat(verdict(PageResult.newBuilder(clean).setPasses(0).build()))
                .isEqualTo(
                        "No rule found anything on the page to check, so nothing can be said about it.");
    }

    @Test
    void validityScoreElementsAndCutAreTold() {
        var judged = ReportComposer.compose(judged(Validity.VALID, 53));
        assertThat(judged.validity()).isEqualTo("valid");
        assertThat(judged.score()).isEqualTo(53);
        assertThat(judged.elements()).isEqualTo(1_847);
        assertThat(judged.cut()).isTrue();
        assertThat(ReportComposer.compose(judged(Validity.PARTIAL, 53)).validity())
                .isEqualTo("partial");
    }

    @Test
    void theTemplateIsToldWhereTheWorkerToldItAndDocumentsOfBeforeHaveNone() {
        var result = SampleResults.clean("scan-1", "req-1");
        var told =
                ScanResult.newBuilder(result)
                        .setPage(
                                PageResult.newBuilder(result.getPage())
                                        .setTemplate("1d3f5a7b9c0e2468")
                                        .build())
                        .build();

        var document = ReportComposer.compose(told);
        assertThat(document.template()).isEqualTo("1d3f5a7b9c0e2468");
        assertThat(ReportJson.read(ReportJson.write(document))).isEqualTo(document);
        var before = ReportJson.write(ReportComposer.compose(result));
        assertThat(before).doesNotContain("template");
        assertThat(ReportJson.read(before).template()).isEmpty();
    }

    @Test
    void aSuspectPageHasNoScoreWhateverTheWorkerSays() throws IOException {
        var json = ReportJson.write(ReportComposer.compose(judged(Validity.SUSPECT, 100)));
        assertThat(JsonMapper.shared().readTree(json).get("validity").asString())
                .isEqualTo("suspect");
        assertThat(JsonMapper.shared().readTree(json).get("score").isNull()).isTrue();
        assertThat(
                        schema().validate(
                                        json.replaceFirst("\"score\" : null", "\"score\" : 100"),
                                        InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void aSuspectPageIsNeitherCalledCleanNorOnlyViolated() {
        var shown = judged(Validity.SUSPECT, null).getPage();
        var doubt = "/account led to /sign-in, which asks for a password\u001b[2J\u202e.";
        var suspect = PageResult.newBuilder(shown).setWarnings(List.of(doubt)).build();
        var why =
                "This may not be the page that was asked for: /account led to /sign-in, which asks for a password [2J. ";
        assertThat(verdict(suspect))
                .isEqualTo(
                        why
                                + "In what was shown, 6 rules are violated in 57 places, at worst with critical impact;"
                                + " 2 rules need a person's judgement in 2 places.");
        assertThat(
                        verdict(
                                PageResult.newBuilder(suspect)
                                        .setViolations(List.of())
                                        .setNeedsReview(List.of())
                                        .setWarnings(List.of(doubt, "A frame was not scanned."))
                                        .build()))
                .isEqualTo(
                        why + "Nothing is known about the page itself; read the 2 warnings first.")
                .doesNotContainIgnoringCase("no violation");
    }

    @Test
    void aPageThatWasSeenWholeIsCalledSoThoughItsPictureIsMissing() {
        var clean = SampleResults.clean(SCAN, "req-1").getPage();
        assertThat(
                        verdict(
                                PageResult.newBuilder(clean)
                                        .setScore(100)
                                        .setWarnings(
                                                List.of(
                                                        "The picture of the page was too large to keep"))
                                        .build()))
                .isEqualTo("No violations were found; read the warning first.");
    }

    @Test
    void aResultOfAWorkerThatDidNotJudgeIsPartialWhereItWarns() {
        assertThat(document.validity()).isEqualTo("partial");
        assertThat(document.score()).isNull();
        assertThat(ReportComposer.compose(SampleResults.clean(SCAN, "req-1")).validity())
                .isEqualTo("valid");
    }

    @Test
    void coloursFingerprintsAndPicturesAreInTheJsonWhereTheyAreKnown() {
        var result = judged(Validity.VALID, 53);
        var json = JsonMapper.shared().readTree(ReportJson.write(ReportComposer.compose(result)));
        var node = json.at("/violations/2/nodes/0");
        assertThat(json.at("/violations/2/rule").asString()).isEqualTo("color-contrast");
        assertThat(node.path("fingerprint").asString()).matches("[0-9a-f]{32}");
        assertThat(node.at("/contrast/foreground").asString()).isEqualTo("#999999");
        assertThat(node.at("/contrast/ratio").asDouble()).isEqualTo(2.849);
        assertThat(json.at("/violations/0/nodes/0").has("contrast")).isFalse();
        assertThat(json.at("/needsReview/0/nodes/0").has("fingerprint")).isFalse();
        assertThat(json.at("/needsReview/0/nodes/0").has("screenshot")).isFalse();
        assertThat(json.at("/screenshot/mediaType").asString()).isEqualTo("image/png");
        assertThat(Base64.getDecoder().decode(json.at("/screenshot/data").asString()))
                .isEqualTo(
                        Objects.requireNonNull(result.getPage().getScreenshot()).getData().array());
        assertThat(ReportComposer.compose(result)).isEqualTo(ReportComposer.compose(result));
    }

    @Test
    void aRatioThatIsNoNumberIsLeftOut() {
        var page = judged(Validity.VALID, 53).getPage();
        var finding = page.getViolations().get(1);
        var node = finding.getNodes().getFirst();
        var contrast =
                Contrast.newBuilder(Objects.requireNonNull(node.getContrast()))
                        .setRatio(Double.NaN)
                        .build();
        page =
                PageResult.newBuilder(page)
                        .setViolations(
                                List.of(
                                        io.stepfree.schemas.scan.Finding.newBuilder(finding)
                                                .setNodes(
                                                        List.of(
                                                                FindingNode.newBuilder(node)
                                                                        .setContrast(contrast)
                                                                        .build()))
                                                .build()))
                        .build();
        var json =
                ReportJson.write(
                        ReportComposer.compose(ScanResult.newBuilder(rich).setPage(page).build()));
        assertThat(json).doesNotContain("NaN", "\"contrast\"").contains("\"fingerprint\"");
    }

    @Test
    void aDocumentFromBeforeScoresAndPicturesIsStillWhatTheSchemaDescribes() throws IOException {
        var old = (ObjectNode) JsonMapper.shared().readTree(ReportJson.write(document));
        old.remove(List.of("validity", "score", "elements", "cut"));
        assertThat(schema().validate(old.toString(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void theJsonIsWhatTheSchemaDescribes() throws IOException {
        for (var result :
                List.of(
                        rich,
                        judged(Validity.VALID, 53),
                        judged(Validity.SUSPECT, null),
                        SampleResults.clean(SCAN, "req-1"),
                        SampleResults.saying("\0 \uD83D \"</script>", SCAN, "req-1"))) {
            var errors =
                    schema().validate(
                                    ReportJson.write(ReportComposer.compose(result)),
                                    InputFormat.JSON);
            assertThat(errors).isEmpty();
        }
    }

    @Test
    void theSchemaRefusesWhatItDoesNotDescribe() throws IOException {
        var json = ReportJson.write(document);
        assertThat(schema().validate(json.replaceFirst("\"scanId\"", "\"scan\""), InputFormat.JSON))
                .extracting(Error::getKeyword)
                .contains("additionalProperties", "required");
        assertThat(
                        schema().validate(
                                        json.replaceFirst(
                                                "\"impact\" : \"critical\"",
                                                "\"impact\" : \"CRITICAL\""),
                                        InputFormat.JSON))
                .extracting(Error::getKeyword)
                .containsExactly("enum");
    }

    @Test
    void timesAreIsoTextAndAnAbsentStatusIsLeftOut() {
        var json = JsonMapper.shared().readTree(ReportJson.write(document));
        assertThat(json.get("submittedAt").asString()).isEqualTo("2026-11-22T10:15:00.120Z");
        assertThat(json.at("/earlierFailures/0/httpStatus").asInt()).isEqualTo(503);
        assertThat(json.at("/earlierFailures/0/type").asString()).isEqualTo("http_error");
        assertThat(json.at("/earlierFailures/1").has("httpStatus")).isFalse();
    }

    @Test
    void theSameResultGivesTheSameText() {
        assertThat(ReportJson.write(ReportComposer.compose(ScanResult.newBuilder(rich).build())))
                .isEqualTo(ReportJson.write(document))
                .startsWith("{\n  \"schemaVersion\" : 1,\n  \"scanId\"")
                .endsWith("}\n");
    }

    private static ScanResult judged(Validity validity, @Nullable Integer score) {
        return SampleResults.judged(validity, score, SCAN, "req-1");
    }

    private String verdict(PageResult page) {
        return ReportComposer.compose(ScanResult.newBuilder(rich).setPage(page).build())
                .summary()
                .verdict();
    }

    private static Schema schema() throws IOException {
        try (InputStream file =
                ReportComposer.class.getResourceAsStream("/schema/report.schema.json")) {
            var text =
                    new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text);
        }
    }
}
