package io.stepfree.gateway.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One change, or one that was refused; the components are the JSON fields. It has no body and no
 * secret.
 *
 * @param at when it was answered
 * @param client whom it was asked for
 * @param caller which key or token asked
 * @param action the method and the route, such as DELETE /admin/keys/{id}
 * @param target the path and the query that were asked for
 * @param made where what it made can be found
 * @param status of the answer
 * @param requestId finds it in the logs, the records and the orders
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record AuditEntry(
        UUID id,
        Instant at,
        String client,
        String caller,
        String action,
        String target,
        @Nullable String made,
        int status,
        String requestId) {

    private static final int REFUSED = 400;
    private static final int FAILED = 500;

    /** Whether it was done; one that failed may have been done all the same. */
    @JsonProperty
    String outcome() {
        if (status < REFUSED) {
            return "done";
        }
        return status < FAILED ? "refused" : "failed";
    }

    boolean isRefused() {
        return status >= REFUSED && status < FAILED;
    }
}
