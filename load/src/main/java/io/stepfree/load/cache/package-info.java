/** Measures what a repeated scan costs that is answered with an earlier result. */
@NullMarked
package io.stepfree.load.cache;

import org.jspecify.annotations.NullMarked;
