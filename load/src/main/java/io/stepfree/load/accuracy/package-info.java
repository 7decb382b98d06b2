/** Holds what the worker finds against the verdicts of the W3C's own test cases. */
@NullMarked
package io.stepfree.load.accuracy;

import org.jspecify.annotations.NullMarked;
