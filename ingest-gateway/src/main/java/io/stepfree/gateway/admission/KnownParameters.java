package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses what stands in a query string and nobody reads, where nothing is chosen by it. */
final class KnownParameters {

    private KnownParameters() {}

    /**
     * Checks that nothing else stands there.
     *
     * @param parameters every parameter of the request with its values
     * @param known what may stand there, and is read by somebody else
     * @throws ProblemException naming every parameter that is twice there or not known
     */
    static void check(Map<String, List<String>> parameters, Set<String> known) {
        var _ = FilterParts.ofQuery(parameters, List.of(), known, parts -> parts);
    }
}
