/** Starts parts of a service anew that do not come back by themselves: by itself or on an order. */
@NullMarked
package io.stepfree.platform.recovery;

import org.jspecify.annotations.NullMarked;
