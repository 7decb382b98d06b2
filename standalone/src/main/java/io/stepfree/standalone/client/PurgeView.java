package io.stepfree.standalone.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a purge deletes, or would delete, as the gateway tells it.
 *
 * @param commandId the order's id; null when nothing was ordered
 * @param dryRun whether it was only asked
 * @param matching how many dead letters it deletes
 * @param beingReplayed how many it leaves, because a replay is about to hand them on
 * @param oldest when the oldest had died; null when there is none
 * @param newest when the newest had died
 */
public record PurgeView(
        @Nullable String commandId,
        boolean dryRun,
        long matching,
        long beingReplayed,
        @Nullable Instant oldest,
        @Nullable Instant newest) {}
