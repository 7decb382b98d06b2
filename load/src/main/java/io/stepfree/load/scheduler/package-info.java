/** Measures what a decision of the scheduler costs, and how long it keeps a scan waiting. */
@NullMarked
package io.stepfree.load.scheduler;

import org.jspecify.annotations.NullMarked;
