package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads which of its decisions a client means from a query string. */
public final class ChosenDecisions {

    private static final List<String> NAMES = List.of("decision", "assignee");
    private static final List<String> DECISIONS = List.of("accepted", "ignored", "assigned");

    private ChosenDecisions() {}

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static DecisionFilter ofQuery(Map<String, List<String>> parameters) {
        return FilterParts.ofQuery(
                parameters,
                NAMES,
                Set.of(),
                parts ->
                        new DecisionFilter(
                                parts.oneOf("decision", DECISIONS), parts.text("assignee")));
    }
}
