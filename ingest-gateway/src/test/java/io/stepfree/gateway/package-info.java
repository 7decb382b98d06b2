/** Tests of the gateway over real HTTP, against a real broker, registry and database. */
@NullMarked
package io.stepfree.gateway;

import org.jspecify.annotations.NullMarked;
