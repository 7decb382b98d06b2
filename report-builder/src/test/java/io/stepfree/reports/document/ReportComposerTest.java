package io.stepfree.reports.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.stepfree.reports.SampleResults;
import io.stepfree.reports.document.ReportDocument.Finding;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

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
    void theJsonIsWhatTheSchemaDescribes() throws IOException {
        for (var result :
                List.of(
                        rich,
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
