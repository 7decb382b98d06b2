package io.stepfree.gateway.admission;

import io.stepfree.schemas.ops.ReplayPlan;

/**
 * A replay of many dead letters that was found in order.
 *
 * @param plan which and how
 * @param reason why, in the operator's words; may be empty
 */
public record NewReplay(ReplayPlan plan, String reason) {}
