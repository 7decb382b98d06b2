package io.stepfree.alerts.watch;

import io.stepfree.alerts.history.Dimension;
import io.stepfree.alerts.history.Tally;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Tells whether failures gather in one place or happen everywhere. */
final class Gathering {

    /** Failures gather where this share of all of them is ... */
    private static final double MOST_FAILURES = 0.8;

    /** ... and where they are so many times as frequent as elsewhere. */
    private static final double TIMES_AS_FREQUENT = 3;

    private static final int MANY_HOSTS = 3;
    private static final int FEW_FAILURES = 3;

    private Gathering() {}

    /** A sentence about it; empty when there is nothing to say. */
    static String of(Tally window) {
        long failed = window.total(Dimension.FAILURES_BY_HOST);
        if (failed < FEW_FAILURES) {
            return "";
        }
        List<String> places = new ArrayList<>();
        place("host", Dimension.FAILURES_BY_HOST, Dimension.ATTEMPTS_BY_HOST, window, places);
        place("client", Dimension.FAILURES_BY_CLIENT, Dimension.ATTEMPTS_BY_CLIENT, window, places);
        place("worker", Dimension.FAILURES_BY_WORKER, Dimension.ATTEMPTS_BY_WORKER, window, places);
        place("engine", Dimension.FAILURES_BY_ENGINE, Dimension.ATTEMPTS_BY_ENGINE, window, places);
        if (!places.isEmpty()) {
            return "The failures gather in one place: %s.".formatted(String.join(", ", places));
        }
        int failing = window.by(Dimension.FAILURES_BY_HOST).size();
        int hosts = window.by(Dimension.ATTEMPTS_BY_HOST).size();
        return failing >= MANY_HOSTS && failing * 2 >= hosts
                ? "They happen everywhere: on %d of %d hosts.".formatted(failing, hosts)
                : "They happen on %d of %d hosts.".formatted(failing, hosts);
    }

    private static void place(
            String kind,
            Dimension failures,
            Dimension attempts,
            Tally window,
            List<String> places) {
        window.by(failures).entrySet().stream()
                .max(
                        Map.Entry.<String, Long>comparingByValue()
                                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
                .filter(most -> !most.getKey().isEmpty())
                .ifPresent(most -> {
                    long failed = window.total(failures);
                    long attempted = window.count(attempts, most.getKey());
                    long attemptedElsewhere = window.total(attempts) - attempted;
                    double here = (double) most.getValue() / attempted;
                    double elsewhere = (double) (failed - most.getValue()) / attemptedElsewhere;
                    boolean stands =
                            attemptedElsewhere > 0 && here >= elsewhere * TIMES_AS_FREQUENT;
                    double ofFailures = (double) most.getValue() / failed;
                    if (stands && ofFailures >= MOST_FAILURES) {
                        places.add(
                                "%s %s with %d of %d"
                                        .formatted(
                                                kind,
                                                most.getKey(),
                                                most.getValue(),
                                                window.total(failures)));
                    }
                });
    }
}
