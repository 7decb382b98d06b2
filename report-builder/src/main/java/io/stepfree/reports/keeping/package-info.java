/** Deletes scans with all that came of them, when their time is over. */
@NullMarked
package io.stepfree.reports.keeping;

import org.jspecify.annotations.NullMarked;
