/** Breaks the running pipeline at random and proves that nothing was lost and nothing doubled. */
@NullMarked
package io.stepfree.load.chaos;

import org.jspecify.annotations.NullMarked;
