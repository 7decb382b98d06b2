package io.stepfree.reporting.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.schemas.scan.Validity;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BurdenTest {

    @Test
    void aScoreWithoutARuleIsWhatTheFormulaGives() {
        var page = scored(38);
        // Critical on 2 and 1, serious on 48 and 4, moderate on 1, minor on 1: 47.43 in all.
        var burden = burden(page);
        assertThat(burden.score()).isEqualTo(38);
        // 3000 / (30 + 47.43 - 5 × (1 + log10 48))
        assertThat(burden.scoreWithout(List.of(rule(page, "color-contrast")))).isEqualTo(46);
        // 3000 / (30 + 47.43 - 10)
        assertThat(burden.scoreWithout(List.of(rule(page, "label")))).isEqualTo(44);
        assertThat(burden.scoreWithout(Outstanding.of(page.violations(), Overlay.NONE)))
                .isEqualTo(100);
        assertThat(burden.scoreWithout(List.of())).isEqualTo(38);
    }

    @Test
    void aScoreOfAnotherFormulaOrNoneIsNotForetold() {
        assertThat(Burden.of(scored(53))).isNull();
        assertThat(Burden.of(scored(null))).isNull();
    }

    @Test
    void whatIsWorthMostStandsFirst() {
        assertThat(Payoff.of(scored(38), Overlay.NONE))
                .extracting(payoff -> payoff.outstanding().finding().rule())
                .containsExactly(
                        "color-contrast",
                        "image-alt",
                        "label",
                        "target-size",
                        "heading-order",
                        "region");
        assertThat(Payoff.of(scored(38), Overlay.NONE).getLast().to()).isEqualTo(39);
    }

    private static Burden burden(ReportDocument page) {
        return Objects.requireNonNull(Burden.of(page));
    }

    private static Outstanding rule(ReportDocument page, String rule) {
        return Outstanding.of(page.violations(), Overlay.NONE).stream()
                .filter(found -> found.finding().rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private static ReportDocument scored(@Nullable Integer score) {
        return ReportComposer.compose(SampleResults.judged(Validity.VALID, score, "scan", "req"));
    }
}
