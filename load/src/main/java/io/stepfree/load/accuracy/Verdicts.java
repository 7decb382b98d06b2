package io.stepfree.load.accuracy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Counts what a scanner found and what it flagged wrongly. A case counts as flagged when there is a
 * violation of a rule of axe-core that names the case's ACT rule among its {@code actIds}; other
 * violations on the page say nothing of that rule. A page that was not scanned is not flagged.
 */
final class Verdicts {

    private final Map<String, Set<String>> engineRules;

    /**
     * @param engineRules the rules of axe-core by the ids of the ACT rules that they implement
     */
    Verdicts(Map<String, Set<String>> engineRules) {
        this.engineRules = Map.copyOf(engineRules);
    }

    /**
     * What a scanner made of the cases of one ACT rule.
     *
     * @param found cases that break the rule and were flagged
     * @param missed cases that break the rule and were not
     * @param wronglyFlagged cases that do not break the rule and were flagged
     */
    record Score(int found, int missed, int wronglyFlagged) {

        static final Score NONE = new Score(0, 0, 0);

        Score plus(Score other) {
            return new Score(
                    found + other.found,
                    missed + other.missed,
                    wronglyFlagged + other.wronglyFlagged);
        }
    }

    /** The rules of axe-core that implement an ACT rule; none for one that it does not know. */
    Set<String> rules(String actRule) {
        return engineRules.getOrDefault(actRule, Set.of());
    }

    /** Whether a page is flagged for its case's rule, by the rules that it is said to violate. */
    boolean flagged(Cases.Case each, Set<String> violated) {
        return rules(each.rule()).stream().anyMatch(violated::contains);
    }

    /**
     * The score of each ACT rule, in the order of the cases.
     *
     * @param violated the rules of axe-core that were violated, by the id of the case
     */
    Map<String, Score> scores(List<Cases.Case> cases, Map<String, Set<String>> violated) {
        var scores = new LinkedHashMap<String, Score>();
        for (Cases.Case each : cases) {
            boolean flagged = flagged(each, violated.getOrDefault(each.id(), Set.of()));
            Score score =
                    each.mustFail()
                            ? new Score(flagged ? 1 : 0, flagged ? 0 : 1, 0)
                            : new Score(0, 0, flagged ? 1 : 0);
            scores.merge(each.rule(), score, Score::plus);
        }
        return scores;
    }

    static Score total(Map<String, Score> scores) {
        return scores.values().stream().reduce(Score.NONE, Score::plus);
    }

    /** The cases on which two scanners do not agree, a line each. */
    List<String> disagreements(
            List<Cases.Case> cases,
            Map<String, Set<String>> worker,
            Map<String, Set<String>> stock) {
        var lines = new ArrayList<String>();
        for (Cases.Case each : cases) {
            boolean byWorker = flagged(each, worker.getOrDefault(each.id(), Set.of()));
            boolean byStock = flagged(each, stock.getOrDefault(each.id(), Set.of()));
            if (byWorker != byStock) {
                lines.add(
                        "%s (%s) is flagged by %s only, and is %s"
                                .formatted(
                                        each.id(),
                                        each.ruleName(),
                                        byWorker ? "the worker" : "bare axe",
                                        each.mustFail() ? "a failure" : "none"));
            }
        }
        return lines;
    }
}
