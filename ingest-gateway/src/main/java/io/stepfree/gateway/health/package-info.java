/** How this service and all others are, as they tell on {@code ops.signals}. */
@NullMarked
package io.stepfree.gateway.health;

import org.jspecify.annotations.NullMarked;
