/** Knows which pages have got worse and were not mended since. */
@NullMarked
package io.stepfree.alerts.regression;

import org.jspecify.annotations.NullMarked;
