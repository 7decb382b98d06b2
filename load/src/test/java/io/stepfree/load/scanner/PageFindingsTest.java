package io.stepfree.load.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class PageFindingsTest {

    @Test
    void countsAreOfAllElementsAndFindingsOfThoseThatAreTold() {
        PageFindings page =
                read(
                        """
                        {"url":"a","engine":"axe-core 4.11.1","violations":[{"rule":"image-alt","count":60,"targets":["#a"," #b"]}],
                         "needsReview":[{"rule":"color-contrast","count":1,"targets":["p"]}]}
                        """);

        assertThat(page.failure()).isNull();
        assertThat(page.violations()).isEqualTo(60);
        assertThat(page.needsReview()).isEqualTo(1);
        assertThat(page.violatedRules()).containsExactly("image-alt");
        assertThat(page.engine()).isEqualTo("4.11.1");
        assertThat(page.findings())
                .containsExactlyInAnyOrder(
                        new Finding(Finding.Verdict.VIOLATION, "image-alt", "#a"),
                        new Finding(Finding.Verdict.VIOLATION, "image-alt", "#b"),
                        new Finding(Finding.Verdict.NEEDS_REVIEW, "color-contrast", "p"));
    }

    @Test
    void aFailedPageHasItsReasonAndNothingElse() {
        PageFindings page = read("{\"url\":\"a\",\"failure\":\"too slow\"}");

        assertThat(page.failure()).isEqualTo("too slow");
        assertThat(page.findings()).isEmpty();
        assertThat(page.violations()).isZero();
    }

    private static PageFindings read(String line) {
        return PageFindings.of(JsonMapper.shared().readTree(line));
    }
}
