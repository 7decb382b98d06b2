/** Knows how many scans the workers can make at once. */
@NullMarked
package io.stepfree.scheduler.capacity;

import org.jspecify.annotations.NullMarked;
