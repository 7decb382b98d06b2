/** Takes jobs from the share group, one at a time for each slot, and tells how each ended. */
@NullMarked
package io.stepfree.processor.job;

import org.jspecify.annotations.NullMarked;
