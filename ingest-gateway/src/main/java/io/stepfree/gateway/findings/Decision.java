package io.stepfree.gateway.findings;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client has decided of findings, as it sees it; the components are the JSON fields.
 *
 * @param id what it is called by
 * @param decision accepted or ignored
 * @param fingerprint the finding; absent where it is about a rule on a host
 * @param rule the engine's id of the rule
 * @param host the host of the page
 * @param selector the element's own selector; absent where it is about all of them
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
        @Nullable String host,
        @Nullable String selector,
        String reason,
        @Nullable Instant until,
        String decidedBy,
        Instant decidedAt) {

    /** Whether it counts at that moment. */
    boolean countsAt(Instant now) {
        return until == null || until.isAfter(now);
    }

    /** Whether it is about such a finding. */
    boolean covers(
            @Nullable String itsFingerprint, String itsRule, String itsHost, List<String> target) {
        if (fingerprint != null) {
            return fingerprint.equals(itsFingerprint);
        }
        return itsRule.equals(rule)
                && itsHost.equals(host)
                && (selector == null || (!target.isEmpty() && selector.equals(target.getLast())));
    }

    /** The narrower one goes first where two are about the same finding. */
    int width() {
        return fingerprint != null ? 0 : selector != null ? 1 : 2;
    }
}
