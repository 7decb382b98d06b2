/** Gives a pattern to dead letters that were kept before there were patterns. */
@NullMarked
package io.stepfree.deadletters.pattern;

import org.jspecify.annotations.NullMarked;
