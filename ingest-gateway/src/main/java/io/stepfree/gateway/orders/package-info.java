/** Hands operators' orders to the services that carry them out. */
@NullMarked
package io.stepfree.gateway.orders;

import org.jspecify.annotations.NullMarked;
