package io.stepfree.load.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.scanner.Scanner.Round;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ComparisonTest {

    private static final Finding IMAGE =
            new Finding(Finding.Verdict.VIOLATION, "image-alt", "#photo");
    private static final Finding CONTRAST =
            new Finding(Finding.Verdict.NEEDS_REVIEW, "color-contrast", "p");

    @Test
    void whatBothAlwaysFindIsNoDifference() {
        var comparison =
                Comparison.of(
                        List.of(round(IMAGE, CONTRAST), round(IMAGE, CONTRAST)),
                        List.of(round(CONTRAST, IMAGE), round(IMAGE, CONTRAST)));

        assertThat(comparison.differences()).isZero();
        assertThat(comparison.unsteady()).isEmpty();
    }

    @Test
    void whatTheWorkerFindsOnlySometimesIsMissing() {
        var comparison =
                Comparison.of(
                        List.of(round(IMAGE, CONTRAST), round(IMAGE, CONTRAST)),
                        List.of(round(IMAGE), round(IMAGE, CONTRAST)));

        assertThat(comparison.missing())
                .singleElement()
                .hasToString("page: color-contrast (needs review) at p");
        assertThat(comparison.differences()).isEqualTo(1);
        assertThat(comparison.pages()).containsExactly("page");
    }

    @Test
    void whatStockAxeNeverFindsIsAdded() {
        var comparison =
                Comparison.of(
                        List.of(round(IMAGE), round(IMAGE)),
                        List.of(round(IMAGE), round(IMAGE, CONTRAST)));

        assertThat(comparison.added())
                .singleElement()
                .hasToString("page: color-contrast (needs review) at p");
    }

    /** A page that moves, such as a carousel. */
    @Test
    void whatStockAxeItselfFindsOnlySometimesIsNoDifferenceEitherWay() {
        var stock = List.of(round(IMAGE), round(IMAGE, CONTRAST));

        assertThat(Comparison.of(stock, List.of(round(IMAGE), round(IMAGE))).differences())
                .isZero();
        assertThat(
                        Comparison.of(stock, List.of(round(IMAGE, CONTRAST), round(IMAGE)))
                                .differences())
                .isZero();
    }

    /** It is counted as a failure, and has no findings that could be missing. */
    @Test
    void aPageThatWasNotScannedIsNotCompared() {
        var failed =
                new Round(
                        List.of(
                                new PageFindings(
                                        "page", "TIMEOUT", 0, 0, Set.of(), Set.of(), "", "")),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        0);

        assertThat(Comparison.of(List.of(round(IMAGE)), List.of(failed)).differences()).isZero();
        assertThat(Comparison.of(List.of(round(IMAGE)), List.of(failed, round())).differences())
                .isEqualTo(1);
    }

    @Test
    void theSameElementWithAnotherVerdictIsADifference() {
        var review = new Finding(Finding.Verdict.NEEDS_REVIEW, "image-alt", "#photo");

        var comparison = Comparison.of(List.of(round(IMAGE)), List.of(round(review)));

        assertThat(comparison.missing()).hasSize(1);
        assertThat(comparison.added()).hasSize(1);
    }

    private static Round round(Finding... findings) {
        return new Round(
                List.of(new PageFindings("page", null, 1, 1, Set.of(findings), Set.of(), "4", "")),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                0);
    }
}
