package io.stepfree.alerts.regression;

/**
 * A page that has got worse.
 *
 * @param host its host
 * @param seenMillis when it was last looked at, in milliseconds since the epoch
 * @param submittedMillis when that was submitted
 * @param open how many serious or critical violations came and are there; 0 once it is mended
 */
record Regression(String host, long seenMillis, long submittedMillis, int open) {}
