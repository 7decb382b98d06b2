package io.stepfree.gateway.findings;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepfree.gateway.admission.DecisionSubject;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What a client has decided of findings, as it sees it; the components are the JSON fields.
 *
 * @param id what it is called by
 * @param decision accepted, ignored or assigned
 * @param fingerprint the finding; absent where it is about a pattern
 * @param rule the engine's id of the rule; absent, as are the others, where any will do
 * @param criterion the WCAG success criterion
 * @param host the host of the page, with * for anything
 * @param path the path of the page, with * for anything
 * @param selector the element's own selector
 * @param selectorPrefix what that begins with
 * @param assignee whose the findings are to mend; absent where they are not assigned
 * @param reason why
 * @param until when it ends; absent when it does not
 * @param decidedBy whose key decided it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Decision(
        String id,
        String decision,
        @Nullable String fingerprint,
        @Nullable String rule,
        @Nullable String criterion,
        @Nullable String host,
        @Nullable String path,
        @Nullable String selector,
        @Nullable String selectorPrefix,
        @Nullable String assignee,
        String reason,
        @Nullable Instant until,
        String decidedBy,
        Instant decidedAt) {

    static final String ASSIGNED = "assigned";

    /**
     * The narrowest first: one of a finding, then what has more conditions, then what says more in
     * them.
     */
    static final Comparator<Decision> NARROWEST =
            Comparator.comparing((Decision decision) -> decision.fingerprint() == null)
                    .thenComparing(
                            decision -> decision.subject().conditions(), Comparator.reverseOrder())
                    .thenComparing(
                            decision -> decision.subject().characters(), Comparator.reverseOrder());

    /** Whether it counts at that moment. */
    boolean countsAt(Instant now) {
        return until == null || until.isAfter(now);
    }

    /**
     * Whether it is about such a finding.
     *
     * @param effort is told what it takes to know
     */
    boolean covers(DecidedFinding finding, Effort effort) {
        effort.step();
        if (fingerprint != null) {
            return fingerprint.equals(finding.fingerprint());
        }
        String own = finding.target().isEmpty() ? "" : finding.target().getLast();
        return (rule == null || rule.equals(finding.rule()))
                && (criterion == null || finding.criteria().contains(criterion))
                && (host == null || Glob.matches(host, finding.host(), effort))
                && (path == null || Glob.matches(path, finding.path(), effort))
                && (selector == null || selector.equals(own))
                && (selectorPrefix == null || own.startsWith(selectorPrefix));
    }

    private DecisionSubject subject() {
        return new DecisionSubject(
                fingerprint, rule, criterion, host, path, selector, selectorPrefix);
    }
}
