package io.stepfree.standalone.client;

import org.jspecify.annotations.Nullable;

/**
 * An operator's order and what came of it, as the gateway tells it.
 *
 * @param commandId the order's id
 * @param kind purge, quarantine, release or discard
 * @param outcome done, or why nothing was done; null while it is under way
 * @param affected how many dead letters it changed or deleted so far
 */
public record ActionView(String commandId, String kind, @Nullable String outcome, long affected) {}
