/**
 * Keeps what was found on a page over time, and tells what has changed since the last look at it.
 */
@NullMarked
package io.stepfree.reports.history;

import org.jspecify.annotations.NullMarked;
