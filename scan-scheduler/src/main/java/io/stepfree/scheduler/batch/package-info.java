/** Follows batches over the partitions that their scans are spread over, and cancels them. */
@NullMarked
package io.stepfree.scheduler.batch;

import org.jspecify.annotations.NullMarked;
