/** Tests of this step. */
@NullMarked
package io.stepfree.reports.publication;

import org.jspecify.annotations.NullMarked;
