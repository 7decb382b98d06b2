package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.Overlay;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A violated rule, and what mending all of it that nobody has accepted or ignored would do to the
 * page's score. It is public for the template only.
 *
 * @param outstanding what is to be mended of it
 * @param index where it stands among the page's violations
 * @param from the score as it is; null where the page has none
 * @param to the score with this mended and nothing else; null where there is none
 */
public record Payoff(
        Outstanding outstanding, int index, @Nullable Integer from, @Nullable Integer to) {

    /** What flickers wholly may mend itself, so it comes after the rest. */
    private static final Comparator<Payoff> WORTH_MOST_FIRST =
            Comparator.comparing((Payoff payoff) -> payoff.outstanding().flickers())
                    .thenComparing(
                            Comparator.comparingDouble(
                                            (Payoff payoff) -> payoff.outstanding().burden())
                                    .reversed());

    /** All violated rules of a page of which something is left, the most helpful to mend first. */
    static List<Payoff> of(ReportDocument page, Overlay overlay) {
        var burden = Burden.of(page);
        var rules = Outstanding.of(page.violations(), overlay);
        return IntStream.range(0, rules.size())
                .filter(index -> rules.get(index).isLeft())
                .mapToObj(index -> of(rules.get(index), index, burden))
                // What the page gives first stays first among equals: the higher impact.
                .sorted(WORTH_MOST_FIRST)
                .toList();
    }

    private static Payoff of(Outstanding rule, int index, @Nullable Burden burden) {
        return burden == null
                ? new Payoff(rule, index, null, null)
                : new Payoff(rule, index, burden.score(), burden.scoreWithout(List.of(rule)));
    }
}
