package io.stepfree.load.reports;

import io.stepfree.load.measure.Numbers;
import io.stepfree.load.results.Results;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.HtmlPage;
import java.util.ArrayList;
import java.util.List;

/** How long the page of a report takes that has a great many findings. */
final class LongPage {

    static final int FINDINGS = 5_000;

    private static final int RULES = 50;
    private static final int WARMING = 3;
    private static final int ROUNDS = 7;

    private LongPage() {}

    /** The median. */
    static double milliseconds() {
        ReportDocument document =
                ReportComposer.compose(Results.result(0, "long.example", RULES, FINDINGS / RULES));
        var page = new HtmlPage();
        List<Double> taken = new ArrayList<>();
        for (int round = -WARMING; round < ROUNDS; round++) {
            long start = System.nanoTime();
            page.render(document);
            if (round >= 0) {
                taken.add((System.nanoTime() - start) / 1e6);
            }
        }
        return Numbers.rounded(Numbers.median(taken));
    }
}
