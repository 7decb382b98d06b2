/** Tests of this step. */
@NullMarked
package io.stepfree.reporting.format;

import org.jspecify.annotations.NullMarked;
