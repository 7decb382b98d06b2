/** Tests of this step. */
@NullMarked
package io.stepfree.reports.trends;

import org.jspecify.annotations.NullMarked;
