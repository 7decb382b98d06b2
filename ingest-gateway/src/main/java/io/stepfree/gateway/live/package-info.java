/** Tells clients what becomes of their scans and batches while it happens. */
@NullMarked
package io.stepfree.gateway.live;

import org.jspecify.annotations.NullMarked;
