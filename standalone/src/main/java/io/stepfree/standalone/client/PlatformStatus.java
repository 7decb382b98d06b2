package io.stepfree.standalone.client;

import java.util.Map;

/**
 * How many scans there are, and what waits for an operator.
 *
 * @param scans how many by status
 * @param deadLetters dead and not replayed
 * @param unreadable records that could not be decoded
 */
public record PlatformStatus(Map<String, Long> scans, long deadLetters, long unreadable) {}
