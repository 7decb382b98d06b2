package io.stepfree.alerts.errorrate;

/**
 * An incident that was told and has not ended.
 *
 * @param sinceMillis when it began, in milliseconds since the epoch
 */
record Incident(long sinceMillis) {}
