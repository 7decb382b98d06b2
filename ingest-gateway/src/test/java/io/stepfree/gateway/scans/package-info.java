/** Checks that a word with a place is good for its list only. */
@NullMarked
package io.stepfree.gateway.scans;

import org.jspecify.annotations.NullMarked;
