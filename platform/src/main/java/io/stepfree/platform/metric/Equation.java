package io.stepfree.platform.metric;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What must be equal among the meters of all services. Counters begin at 0 with their process, so
 * sums of them hold from a common start on, and for increases over any span.
 */
public enum Equation {
    ACCEPTED_IS_ENDED_OR_OPEN(
            Exactness.ALWAYS,
            List.of(standing("accepted")),
            List.of(
                    standing("completed"),
                    standing("dead_lettered"),
                    standing("cancelled"),
                    standing("open")),
            "Nothing that was accepted is lost or counted twice."),
    OPEN_IS_SOMEWHERE(
            Exactness.ALWAYS,
            List.of(standing("open")),
            List.of(standing("waiting"), standing("running"), standing("retrying")),
            "Each open scan waits, runs or waits for its next attempt."),
    CLIENTS_ADD_UP(
            Exactness.AT_REST,
            List.of(standing("accepted")),
            List.of(
                    new Term(
                            false,
                            OwnMeter.SCHEDULER_LEDGER_CLIENT,
                            "standing",
                            "accepted",
                            "over all clients")),
            "Each scan belongs to one client. With more than 200 clients the right side is smaller."),
    BROWSERS_END_OR_RUN(
            Exactness.AT_REST,
            List.of(sum(OwnMeter.BROWSER_STARTS)),
            List.of(sum(OwnMeter.BROWSER_ENDS, "over all causes"), sum(OwnMeter.BROWSER_RUNNING)),
            "No browser is left behind."),
    OUTCOMES_ARE_USED_ONCE(
            Exactness.AT_REST,
            List.of(sum(OwnMeter.SCAN_ATTEMPTS, "over all outcomes")),
            List.of(
                    sum(OwnMeter.SCHEDULER_COMPLETED),
                    sum(OwnMeter.SCHEDULER_RETRIED),
                    sum(OwnMeter.SCHEDULER_DEAD_LETTERED),
                    sum(OwnMeter.SCHEDULER_OUTCOMES_FENCED, "over all reasons"),
                    minus(OwnMeter.SCHEDULER_LOST)),
            "Each outcome that a worker tells ends the scan, has it tried again, or does not count; a job of which nothing was heard has none. A transaction that is aborted and done again counts twice on the right."),
    RESULTS_BECOME_REPORTS(
            Exactness.AT_REST,
            List.of(sum(OwnMeter.SCHEDULER_COMPLETED)),
            List.of(sum(OwnMeter.REPORTS_PUBLISHED)),
            "Each completed scan gets one report. A crash between the report and its count may cost one on the right.");

    /** When an equation holds. */
    public enum Exactness {
        /** At each moment at which one process is looked at. */
        ALWAYS,
        /** When nothing is on its way; under load the sides differ by what is. */
        AT_REST
    }

    /**
     * The sum of all series of a meter, or of those with one tag value.
     *
     * @param minus whether it is taken off instead
     * @param tag empty for all
     * @param over what it is summed over, for people; empty where that is plain
     */
    public record Term(boolean minus, OwnMeter meter, String tag, String value, String over) {

        /** The name of the series that holds it. */
        public String series() {
            return meter.prometheusName() + (meter.kind() == MeterKind.TIMER ? "_count" : "");
        }

        private String text() {
            String of =
                    "`%s%s`"
                            .formatted(
                                    meter.meterName(),
                                    tag.isEmpty() ? "" : "{%s=%s}".formatted(tag, value));
            return over.isEmpty() ? of : "%s %s".formatted(of, over);
        }

        private String query() {
            return "sum(%s%s)"
                    .formatted(series(), tag.isEmpty() ? "" : "{%s=\"%s\"}".formatted(tag, value));
        }
    }

    private final Exactness exactness;

    // Made by List.of, of which the checker cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Term> left;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<Term> right;

    private final String meaning;

    Equation(Exactness exactness, List<Term> left, List<Term> right, String meaning) {
        this.exactness = exactness;
        this.left = left;
        this.right = right;
        this.meaning = meaning;
    }

    public Exactness exactness() {
        return exactness;
    }

    /** What it means for people, and what may disturb it. */
    public String meaning() {
        return meaning;
    }

    /** The equation with the names of the meters, in Markdown. */
    public String text() {
        return "%s = %s".formatted(join(left, Term::text), join(right, Term::text));
    }

    /** A query that is 0 where it holds. */
    public String query() {
        return "%s - (%s)".formatted(join(left, Term::query), join(right, Term::query));
    }

    /**
     * By how much the left side is larger.
     *
     * @param measured what a term is at the moment, without its sign
     */
    public double gap(ToDoubleFunction<Term> measured) {
        return side(left, measured) - side(right, measured);
    }

    private static double side(List<Term> terms, ToDoubleFunction<Term> measured) {
        return terms.stream()
                .mapToDouble(term -> (term.minus() ? -1 : 1) * measured.applyAsDouble(term))
                .sum();
    }

    private static String join(List<Term> terms, Function<Term, String> shown) {
        return terms.stream()
                .map(term -> (term.minus() ? " - " : " + ") + shown.apply(term))
                .collect(Collectors.joining())
                .substring(" + ".length());
    }

    private static Term standing(String standing) {
        return new Term(false, OwnMeter.SCHEDULER_LEDGER, "standing", standing, "");
    }

    private static Term sum(OwnMeter meter) {
        return sum(meter, "");
    }

    private static Term sum(OwnMeter meter, String over) {
        return new Term(false, meter, "", "", over);
    }

    private static Term minus(OwnMeter meter) {
        return new Term(true, meter, "", "", "");
    }
}
