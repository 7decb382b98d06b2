/** Tests of this step. */
@NullMarked
package io.stepfree.reports.status;

import org.jspecify.annotations.NullMarked;
