package io.stepfree.platform.health;

import java.time.Instant;

/**
 * How one thing is, as last looked at.
 *
 * @param name what it is, as database
 * @param needed whether this service can do nothing without it
 * @param finding what was found
 * @param checkedAt when
 */
public record Health(String name, boolean needed, Finding finding, Instant checkedAt) {}
