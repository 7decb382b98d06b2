/**
 * Finds what failures have in common: messages become patterns, by which dead letters cluster and
 * alerts count.
 */
@NullMarked
package io.stepfree.platform.pattern;

import org.jspecify.annotations.NullMarked;
