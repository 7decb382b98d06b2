package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A violated rule, and what mending it would do to the page's score. It is public for the template
 * only.
 *
 * @param finding the rule
 * @param index where it stands among the page's violations
 * @param from the score as it is; null where the page has none
 * @param to the score with this rule mended and no other; null where there is none
 */
public record Payoff(Finding finding, int index, @Nullable Integer from, @Nullable Integer to) {

    /** All violated rules of a page, the one whose mending helps most first. */
    static List<Payoff> of(ReportDocument page) {
        var burden = Burden.of(page);
        return IntStream.range(0, page.violations().size())
                .boxed()
                // What the page gives first stays first among equals: the higher impact.
                .sorted(
                        Comparator.comparingDouble(
                                        (Integer index) -> Burden.of(page.violations().get(index)))
                                .reversed())
                .map(index -> of(page.violations().get(index), index, burden))
                .toList();
    }

    private static Payoff of(Finding finding, int index, @Nullable Burden burden) {
        return burden == null
                ? new Payoff(finding, index, null, null)
                : new Payoff(finding, index, burden.score(), burden.scoreWithout(List.of(finding)));
    }
}
