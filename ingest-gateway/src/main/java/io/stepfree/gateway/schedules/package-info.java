/** Submits the same scans again and again, at the times that a client chose. */
@NullMarked
package io.stepfree.gateway.schedules;

import org.jspecify.annotations.NullMarked;
