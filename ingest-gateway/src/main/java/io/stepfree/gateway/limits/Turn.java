package io.stepfree.gateway.limits;

import java.sql.Connection;
import java.time.Instant;

/**
 * What Bucket4j works with for one call.
 *
 * @param connection within somebody else's transaction
 * @param now what time it is for the whole call
 */
record Turn(Connection connection, Instant now) {}
