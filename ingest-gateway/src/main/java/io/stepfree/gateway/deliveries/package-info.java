/** Tells clients by a signed request that a scan or batch has ended. */
@NullMarked
package io.stepfree.gateway.deliveries;

import org.jspecify.annotations.NullMarked;
