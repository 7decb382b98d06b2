/** Writes and reads the rows of the scheduler's stores. */
@NullMarked
package io.stepfree.scheduler.state;

import org.jspecify.annotations.NullMarked;
