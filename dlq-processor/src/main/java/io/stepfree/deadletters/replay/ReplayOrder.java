package io.stepfree.deadletters.replay;

import java.util.Optional;

/**
 * What an order to replay comes down to, as kept in the table {@code replay_order}.
 *
 * @param commandId the order's own id
 * @param scanId the scan it speaks of; empty when the order names none
 * @param replays which life of the scan was chosen; empty when none could be
 * @param outcome what came of it; empty from the choice until the replay was handed on
 */
record ReplayOrder(
        String commandId,
        Optional<String> scanId,
        Optional<Integer> replays,
        Optional<ReplayOutcome> outcome) {}
