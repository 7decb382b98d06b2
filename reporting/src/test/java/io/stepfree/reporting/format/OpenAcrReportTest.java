package io.stepfree.reporting.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SamplePages;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.SuccessCriterion;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The draft of a conformance report, which must flatter nobody. */
class OpenAcrReportTest {

    private static final ReportDocument JUDGED =
            ReportComposer.compose(
                    SampleResults.judged(Validity.VALID, 53, SamplePages.scan(1), "r"));
    private static final ReportDocument CLEAN =
            ReportComposer.compose(SamplePages.clean(SamplePages.scan(2)));
    private static final ReportDocument SUSPECT =
            ReportComposer.compose(
                    SampleResults.judged(Validity.SUSPECT, null, SamplePages.scan(3), "r"));

    @ParameterizedTest
    @MethodSource("io.stepfree.reporting.SamplePages#ofAnyKind")
    void everyCriterionIsThereAndNoneIsSupported(ReportedPages pages) throws IOException {
        JsonNode report = read(pages);

        var levels = levels(report);
        assertThat(levels.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        SuccessCriterion.all().stream().map(SuccessCriterion::number).toList());
        assertThat(levels.values())
                .isSubsetOf("not-evaluated", "partially-supports", "does-not-support");
        assertThat(report.at("/author/email").asString()).isNotEmpty();
        assertThat(report.path("product").path("name").isString()).isTrue();
    }

    @Test
    void aCriterionThatFailsOnOnePageOfOneIsPartlySupported() throws IOException {
        var levels = levels(read(new OnePage(JUDGED)));

        assertThat(levels).containsEntry("1.4.3", "partially-supports");
        assertThat(levels).containsEntry("2.4.2", "not-evaluated");
        assertThat(levels).containsEntry("1.4.6", "not-evaluated");
    }

    @Test
    void oneThatFailsOnMostPagesIsNotSupportedAndOnHalfOfThemIsPartly() throws IOException {
        assertThat(levels(read(batch(JUDGED, JUDGED, CLEAN))))
                .containsEntry("1.4.3", "does-not-support");
        assertThat(levels(read(batch(JUDGED, CLEAN)))).containsEntry("1.4.3", "partially-supports");
    }

    @Test
    void aPageThatMayBeAnotherProvesNothing() throws IOException {
        JsonNode report = read(batch(SUSPECT));

        assertThat(levels(report).values()).containsOnly("not-evaluated");
        assertThat(report.toString()).contains("No page was seen. A person has to look.");
    }

    @Test
    void itSaysWhyAndWhatWasNotSeen() throws IOException {
        JsonNode report = read(SamplePages.ofAllKinds());

        assertThat(report.path("notes").asString()).contains("2 were not seen");
        assertThat(report.path("evaluation_methods_used").asString()).contains("axe-core 4.11.1");
        assertThat(report.toString())
                .contains("Fails on 2 of the 3 pages seen, in 96 places: color-contrast.")
                .contains("could not decide")
                .contains("A person has to look.");
    }

    @Test
    void whatIsCountedIsSaidInTheRightNumber() throws IOException {
        assertThat(read(new OnePage(JUDGED)).at("/product/description").asString())
                .isEqualTo(
                        "Of 1 page, 1 was seen as a whole, 0 in part, 0 may be another page than the one asked for and are not counted, and 0 were not seen.");
        assertThat(read(batch(JUDGED, CLEAN, SUSPECT)).at("/product/description").asString())
                .isEqualTo(
                        "Of 3 pages, 2 were seen as a whole, 0 in part, 1 may be another page than the one asked for and is not counted, and 0 were not seen.");
    }

    private static SamplePages batch(ReportDocument... seen) {
        return new SamplePages("some", List.of(seen), List.of());
    }

    private static Map<String, String> levels(JsonNode report) {
        var levels = new TreeMap<String, String>();
        for (JsonNode chapter : report.path("chapters")) {
            for (JsonNode criterion : chapter.path("criteria")) {
                levels.put(
                        criterion.path("num").asString(),
                        criterion.at("/components/0/adherence/level").asString());
            }
        }
        return levels;
    }

    /* As YAML is read elsewhere, not as it is written here. */
    private static JsonNode read(ReportedPages pages) throws IOException {
        String yaml = ReportFormatTest.text(ReportFormat.OPENACR, pages);
        HostileTextTest.assertInert(yaml, ReportFormat.OPENACR);
        Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return JsonMapper.shared().valueToTree(Objects.requireNonNull(read));
    }
}
