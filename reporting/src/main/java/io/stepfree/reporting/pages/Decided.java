package io.stepfree.reporting.pages;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a client has decided of findings. They stay in every number of a report; it is told beside
 * them.
 *
 * @param id names the decision
 * @param decision accepted or ignored
 * @param reason why
 * @param until when it ends; null when it does not
 */
public record Decided(String id, String decision, String reason, @Nullable Instant until) {}
