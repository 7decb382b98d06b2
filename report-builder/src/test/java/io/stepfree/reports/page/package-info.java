/** Tests of this step. */
@NullMarked
package io.stepfree.reports.page;

import org.jspecify.annotations.NullMarked;
