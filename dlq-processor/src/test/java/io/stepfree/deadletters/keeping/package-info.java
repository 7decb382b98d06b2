/**
 * Decides how long dead letters stay: what an operator purges or sets aside, and what has been kept
 * long enough.
 */
@NullMarked
package io.stepfree.deadletters.keeping;

import org.jspecify.annotations.NullMarked;
