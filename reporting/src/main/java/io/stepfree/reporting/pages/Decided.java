package io.stepfree.reporting.pages;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client has decided of findings. They stay in every number of a report; it is told beside
 * them.
 *
 * @param id names the decision
 * @param decision accepted, ignored or assigned
 * @param assignee whose it is to mend; null where it is not assigned
 * @param reason why
 * @param until when it ends; null when it does not
 */
public record Decided(
        String id,
        String decision,
        @Nullable String assignee,
        String reason,
        @Nullable Instant until) {}
