package io.stepfree.gateway.admission;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.reporting.page.SuccessCriterion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads which of its findings a client means from a query string. What is wrong is told by name,
 * and so is what is not known: a misspelt filter must not choose everything.
 */
public final class ChosenFindings {

    private static final List<String> IMPACTS =
            List.of("minor", "moderate", "serious", "critical", "unknown");
    private static final List<String> KINDS = List.of("violation", "needs_review");
    private static final List<String> STATES =
            List.of("new", "newly_observed", "persisting", "engine_changed");

    /** What may have been decided of findings, and that nothing was. */
    static final List<String> DECISIONS = List.of("accepted", "ignored", "assigned", "open");

    private static final Pattern TEMPLATE = Pattern.compile("[0-9a-f]{16}");

    private static final List<String> NAMES =
            List.of(
                    "scan",
                    "rule",
                    "criterion",
                    "host",
                    "impact",
                    "kind",
                    "state",
                    "fingerprint",
                    "template",
                    "decision",
                    "assignee",
                    "q",
                    "from",
                    "to");

    private ChosenFindings() {}

    /**
     * The filter in a query string.
     *
     * @param parameters every parameter of the request with its values
     * @param others what else may stand there, and is read by somebody else
     * @throws ProblemException naming every parameter that is wrong, twice there or not known
     */
    public static FindingFilter ofQuery(Map<String, List<String>> parameters, Set<String> others) {
        return FilterParts.ofQuery(parameters, NAMES, others, ChosenFindings::read);
    }

    private static FindingFilter read(FilterParts parts) {
        FilterParts.Span span = parts.span();
        String scan = parts.text("scan");
        if (scan != null && ScanIds.read(scan).isEmpty()) {
            parts.wrong("scan", scan, "must be the id of a scan, a UUID");
        }
        String criterion = parts.text("criterion");
        if (criterion != null && SuccessCriterion.of(criterion).isEmpty()) {
            parts.wrong(
                    "criterion",
                    criterion,
                    "must be a success criterion of WCAG 2.0, 2.1 or 2.2 by its number, as 1.4.3");
        }
        String template = parts.text("template");
        if (template != null && !TEMPLATE.matcher(template).matches()) {
            parts.wrong("template", template, "must be 16 hexadecimal digits, as reports name it");
        }
        return new FindingFilter(
                scan == null ? null : ScanIds.read(scan).orElse(scan),
                parts.text("rule"),
                criterion,
                parts.host("host"),
                parts.oneOf("impact", IMPACTS),
                parts.oneOf("kind", KINDS),
                parts.oneOf("state", STATES),
                parts.text("fingerprint"),
                template,
                parts.oneOf("decision", DECISIONS),
                parts.text("assignee"),
                parts.text("q"),
                span.from(),
                span.to());
    }
}
