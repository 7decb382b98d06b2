/** Tests of this step. */
@NullMarked
package io.stepfree.reports.erasure;

import org.jspecify.annotations.NullMarked;
