/** Binds many rows to one statement. */
@NullMarked
package io.stepfree.reports.columns;

import org.jspecify.annotations.NullMarked;
