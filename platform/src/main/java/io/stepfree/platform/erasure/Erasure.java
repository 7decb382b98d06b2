package io.stepfree.platform.erasure;

import java.time.Instant;

/**
 * What is to be erased: all that a client had submitted at a moment or before it. What it submits
 * later is none of it.
 *
 * @param id the order's id
 * @param client whose data
 * @param moment when it was ordered, by the clock of the gateway, as the submissions are
 */
public record Erasure(String id, String client, Instant moment) {}
