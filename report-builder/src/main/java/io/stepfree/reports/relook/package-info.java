/** Orders another look at a page on which something is new. */
@NullMarked
package io.stepfree.reports.relook;

import org.jspecify.annotations.NullMarked;
