package io.stepfree.deadletters.replay;

import java.time.Instant;

/**
 * One replay of many, as the driver works on it.
 *
 * @param id the replay
 * @param orderedAt when it was ordered
 * @param plan what to replay and how
 * @param state where it stands
 * @param canarySize how many go first; 0 for no canary
 * @param chosen whether the choice is made
 * @param canaryJudged whether the canary has had its verdict
 * @param overdue whether what it waits for should have come by now
 */
record Replay(
        String id,
        Instant orderedAt,
        ReadablePlan plan,
        ReplayState state,
        int canarySize,
        boolean chosen,
        boolean canaryJudged,
        boolean overdue) {}
