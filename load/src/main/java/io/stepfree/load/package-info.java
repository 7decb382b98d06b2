/** Runs the benchmarks: each number that is promised is one command. */
@NullMarked
package io.stepfree.load;

import org.jspecify.annotations.NullMarked;
