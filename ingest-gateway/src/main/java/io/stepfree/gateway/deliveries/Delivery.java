package io.stepfree.gateway.deliveries;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as its client sees it; the components are the JSON fields.
 *
 * @param id the webhook-id
 * @param type what is told, as scan.completed
 * @param subject the scan or the batch
 * @param url who is told
 * @param state waiting, delivered or dead
 * @param attempts how often it was tried
 * @param nextAttemptAt when it is tried next, while it waits
 * @param lastStatus the last answer's status; absent where there was none
 * @param lastError why the last attempt failed
 * @param madeAt when the end was heard of
 * @param endedAt when it was delivered or given up
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Delivery(
        String id,
        String type,
        String subject,
        String url,
        String state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        @Nullable Integer lastStatus,
        @Nullable String lastError,
        Instant madeAt,
        @Nullable Instant endedAt) {

    /** The states by their words. */
    static final List<String> STATES = List.of("waiting", "delivered", "dead");
}
