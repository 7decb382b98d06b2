/** Decides whether a failed scan is tried again, and when. */
@NullMarked
package io.stepfree.scheduler.retry;

import org.jspecify.annotations.NullMarked;
