/** Follows scan events and keeps the status of every scan as clients see it. */
@NullMarked
package io.stepfree.reports.status;

import org.jspecify.annotations.NullMarked;
