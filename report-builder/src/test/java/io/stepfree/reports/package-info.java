/** Tests of the report builder, and the results they report on. */
@NullMarked
package io.stepfree.reports;

import org.jspecify.annotations.NullMarked;
