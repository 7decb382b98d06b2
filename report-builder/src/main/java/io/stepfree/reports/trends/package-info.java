/** Counts how what is found of a client goes up and down, by day, week and month. */
@NullMarked
package io.stepfree.reports.trends;

import org.jspecify.annotations.NullMarked;
