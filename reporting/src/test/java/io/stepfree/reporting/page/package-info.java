/** Tests of this step. */
@NullMarked
package io.stepfree.reporting.page;

import org.jspecify.annotations.NullMarked;
