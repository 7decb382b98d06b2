package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads which of its scans a client means from a query string: {@code status}, {@code host}, {@code
 * batch}, {@code from}, {@code to}, {@code scoreFrom}, {@code scoreTo}. What is wrong is told by
 * name, and so is what is not known: a misspelt filter must not choose everything.
 */
public final class ChosenScans {

    /** How a scan can stand, in the order of its life. */
    public static final List<String> STATUSES =
            List.of(
                    "accepted",
                    "dispatched",
                    "retrying",
                    "completed",
                    "dead_lettered",
                    "cancelled");

    private static final List<String> NAMES =
            List.of("status", "host", "batch", "from", "to", "scoreFrom", "scoreTo");
    private static final int WORST_SCORE = 0;
    private static final int BEST_SCORE = 100;

    private ChosenScans() {}

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @param others what else may stand there, and is read by somebody else
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static ScanFilter ofQuery(Map<String, List<String>> parameters, Set<String> others) {
        return FilterParts.ofQuery(parameters, NAMES, others, ChosenScans::read);
    }

    private static ScanFilter read(FilterParts parts) {
        FilterParts.Span span = parts.span();
        String batch = parts.text("batch");
        if (batch != null && !BatchIds.isOne(batch)) {
            parts.wrong("batch", batch, BatchIds.FORM);
        }
        Integer scoreFrom = parts.number("scoreFrom", WORST_SCORE, BEST_SCORE);
        Integer scoreTo = parts.number("scoreTo", WORST_SCORE, BEST_SCORE);
        if (scoreFrom != null && scoreTo != null && scoreFrom > scoreTo) {
            parts.wrong("scoreTo", scoreTo.toString(), "must not be below scoreFrom, " + scoreFrom);
        }
        return new ScanFilter(
                parts.oneOf("status", STATUSES),
                parts.host("host"),
                batch,
                span.from(),
                span.to(),
                scoreFrom,
                scoreTo);
    }
}
