/** One scan for each Idempotency-Key of a client, however often it is sent. */
@NullMarked
package io.stepfree.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
