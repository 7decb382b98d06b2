/** Tells the others every few seconds how this service is. */
@NullMarked
package io.stepfree.platform.signal;

import org.jspecify.annotations.NullMarked;
