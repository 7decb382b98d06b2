package io.stepfree.load.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.scanner.PageFindings;
import io.stepfree.load.scanner.Scanner.Round;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class WorkerBenchmarkTest {

    @Test
    void theRatioIsTakenRoundByRound() {
        assertThat(WorkerBenchmark.ratios(List.of(round(4), round(2)), List.of(round(2), round(3))))
                .containsExactly(0.5, 1.5);
    }

    @Test
    void aRoundTellsItsCostForEachPageAndItsSpeed() {
        assertThat(round(4).processorSecondsPerPage()).isEqualTo(2);
        assertThat(round(4).pagesPerSecond()).isEqualTo(0.5);
    }

    @Test
    void aPeersNameBecomesPartOfAFiguresName() {
        assertThat(WorkerBenchmark.capitalised("pa11y-ci")).isEqualTo("Pa11yCi");
    }

    @Test
    void thereAreAtLeastTwentyPagesAndNoneTwice() {
        assertThat(Corpus.pages(false)).hasSizeGreaterThanOrEqualTo(20).doesNotHaveDuplicates();
        assertThat(Corpus.pages(true)).hasSizeBetween(5, 12);
    }

    /** Of two pages, in four seconds. */
    private static Round round(long processorSeconds) {
        var page = new PageFindings("page", null, 0, 0, Set.of(), Set.of(), "4", "");
        return new Round(
                List.of(page, page),
                Duration.ofSeconds(processorSeconds),
                Duration.ofSeconds(4),
                0);
    }
}
