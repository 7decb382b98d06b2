/** Tests of this step. */
@NullMarked
package io.stepfree.reporting.document;

import org.jspecify.annotations.NullMarked;
