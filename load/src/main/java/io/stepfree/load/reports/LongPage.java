package io.stepfree.load.reports;

import io.stepfree.load.measure.Numbers;
import io.stepfree.load.results.Results;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.pages.Changes;
import io.stepfree.reporting.pages.Overlay;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
        Overlay overlay = allNew();
        var page = new HtmlPage();
        List<Double> taken = new ArrayList<>();
        for (int round = -WARMING; round < ROUNDS; round++) {
            long start = System.nanoTime();
            page.render(document, overlay);
            if (round >= 0) {
                taken.add((System.nanoTime() - start) / 1e6);
            }
        }
        return Numbers.rounded(Numbers.median(taken));
    }

    /** Every one of them is marked, as after an earlier scan that found nothing. */
    private static Overlay allNew() {
        return new Overlay(
                new Changes(
                        "with_previous",
                        true,
                        new Changes.Earlier("earlier", Instant.EPOCH, null),
                        new Changes.Counts(FINDINGS, 0, 0, 0, 0, 0),
                        null,
                        List.of(),
                        List.of(),
                        List.of()),
                IntStream.range(0, FINDINGS)
                        .boxed()
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        _ -> new Overlay.Mark("new", null, null))));
    }
}
