/** Tests of this step. */
@NullMarked
package io.stepfree.reports.flushing;

import org.jspecify.annotations.NullMarked;
