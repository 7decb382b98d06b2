/** Tests of this step. */
@NullMarked
package io.stepfree.reports.history;

import org.jspecify.annotations.NullMarked;
