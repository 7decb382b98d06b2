package io.stepfree.alerts.incident;

/**
 * Nobody is told of an alert for a time.
 *
 * @param untilMillis when it ends, in milliseconds since the epoch
 * @param by who ordered it
 * @param reason why
 */
public record Silence(long untilMillis, String by, String reason) {}
