package io.stepfree.gateway.admission;

import org.jspecify.annotations.Nullable;

/**
 * Which of its decisions a client means; what is null restricts nothing.
 *
 * @param decision accepted, ignored or assigned
 * @param assignee whose the findings are to mend
 */
public record DecisionFilter(@Nullable String decision, @Nullable String assignee) {}
