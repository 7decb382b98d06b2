package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads which rows of the audit log are meant from a query string: {@code client}, {@code action},
 * {@code from}, {@code to}.
 */
public final class ChosenAudit {

    private static final List<String> NAMES = List.of("client", "action", "from", "to");

    private ChosenAudit() {}

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @param others what else may stand there, and is read by somebody else
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static AuditFilter ofQuery(Map<String, List<String>> parameters, Set<String> others) {
        return FilterParts.ofQuery(parameters, NAMES, others, ChosenAudit::read);
    }

    private static AuditFilter read(FilterParts parts) {
        FilterParts.Span span = parts.span();
        return new AuditFilter(parts.text("client"), parts.text("action"), span.from(), span.to());
    }
}
