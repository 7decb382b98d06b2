package io.stepfree.load.accuracy;

import io.stepfree.load.accuracy.Verdicts.Score;
import io.stepfree.load.measure.Table;
import io.stepfree.load.scanner.Comparison;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes the page of the documentation that tells how accurate the worker is. */
final class AccuracyPage {

    private AccuracyPage() {}

    static String of(
            String engine,
            List<Cases.Case> cases,
            Verdicts verdicts,
            Map<String, Score> worker,
            Map<String, Score> stock,
            List<String> disagreements,
            List<String> refused,
            Comparison comparison) {
        return """
        # Accuracy

        How the worker fares on the test cases that the W3C publishes for its ACT rules, with stock axe-core beside it: the same engine as it comes, injected by a bare harness into every frame of the same pages. This page is written by

        ```
        load/run accuracy --cases FOLDER
        ```

        FOLDER holds test cases of the [ACT rules](https://www.w3.org/WAI/standards-guidelines/act/rules/), as the W3C's repository wcag-act-rules lays them out: the pages under `wcag-act-rules/`, and a file `expected.json` with an array of objects, one a case, with `id`, `rule` (the id of the ACT rule), `ruleName`, `expected` (passed, failed or inapplicable) and `path`. The cases are the W3C's, under the [W3C Document License](https://www.w3.org/copyright/document-license/), and no part of this repository. Pages that need something from another site, or very large assets, are left out.

        How it counts:

        - A case is **flagged** when there is a violation of a rule of axe-core that names the case's ACT rule in its own metadata (`actIds`, as `axe.getRules()` tells them). Other violations on the page say nothing of that rule, and *needs review* flags nothing.
        - **Found**: the case is expected to fail, and is flagged. **Missed**: expected to fail, and is not. **Wrongly flagged**: expected to pass, or not to be applicable, and is flagged.
        - A page that the worker refuses to score, because it is no HTML page or shows nothing, is not flagged. Its reason is listed below.
        - An ACT rule without a rule of axe-core is in the table all the same: nothing is found of it.

        Engine: axe-core %s, standard `best-practice`. %s

        ## All rules

        %s

        ## Each rule

        %s

        ## Where the two differ

        %s

        Beside bare axe, element by element over all the pages that the worker scored, violations and needs review, of every rule: %d missing, %d added. A page on which the two differ is looked at twice more by each, because some of the pages move; what bare axe itself finds only sometimes counts for nothing (%d).

        ## Not scored by the worker

        %s
        """
                .formatted(
                        engine,
                        "%d cases of %d rules: %d that must fail, %d that must not."
                                .formatted(
                                        cases.size(),
                                        worker.size(),
                                        cases.stream().filter(Cases.Case::mustFail).count(),
                                        cases.stream().filter(each -> !each.mustFail()).count()),
                        totals(worker, stock).markdown(),
                        rules(cases, verdicts, worker, stock).markdown(),
                        list(disagreements, "They agree on every case."),
                        comparison.missing().size(),
                        comparison.added().size(),
                        comparison.unsteady().size(),
                        list(refused, "None."));
    }

    static Table totals(Map<String, Score> worker, Map<String, Score> stock) {
        var table = new Table("who", "found", "missed", "wrongly flagged");
        row(table, "worker", Verdicts.total(worker));
        row(table, "bare axe", Verdicts.total(stock));
        return table;
    }

    private static Table rules(
            List<Cases.Case> cases,
            Verdicts verdicts,
            Map<String, Score> worker,
            Map<String, Score> stock) {
        var names = new TreeMap<String, String>();
        var counts = new TreeMap<String, Integer>();
        for (Cases.Case each : cases) {
            names.put(each.ruleName(), each.rule());
            counts.merge(each.rule(), 1, Integer::sum);
        }
        var table =
                new Table(
                        "ACT rule",
                        "rules of axe-core",
                        "cases",
                        "worker: found",
                        "missed",
                        "wrongly flagged",
                        "bare axe: found",
                        "missed",
                        "wrongly flagged");
        names.forEach((name, rule) -> {
            Score own = worker.getOrDefault(rule, Score.NONE);
            Score bare = stock.getOrDefault(rule, Score.NONE);
            String engineRules = String.join(", ", new TreeSet<>(verdicts.rules(rule)));
            table.row(
                    "%s (`%s`)".formatted(name, rule),
                    engineRules.isEmpty() ? "none" : engineRules,
                    Integer.toString(counts.getOrDefault(rule, 0)),
                    Integer.toString(own.found()),
                    Integer.toString(own.missed()),
                    Integer.toString(own.wronglyFlagged()),
                    Integer.toString(bare.found()),
                    Integer.toString(bare.missed()),
                    Integer.toString(bare.wronglyFlagged()));
        });
        return table;
    }

    private static void row(Table table, String who, Score score) {
        table.row(
                who,
                Integer.toString(score.found()),
                Integer.toString(score.missed()),
                Integer.toString(score.wronglyFlagged()));
    }

    private static String list(List<String> lines, String otherwise) {
        return lines.isEmpty() ? otherwise : "- " + String.join("\n- ", lines);
    }
}
