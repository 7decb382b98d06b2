/** Tests of this step. */
@NullMarked
package io.stepfree.reports.document;

import org.jspecify.annotations.NullMarked;
