package io.stepfree.gateway.monitoring;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;

/**
 * Something that was read, and when.
 *
 * @param value what was read
 * @param asOf when
 * @param stale whether it could not be read anew just now, so that it may be different
 */
record Known<T>(@JsonUnwrapped T value, Instant asOf, boolean stale) {}
