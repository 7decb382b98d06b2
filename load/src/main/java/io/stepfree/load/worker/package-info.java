/** Measures the worker beside a bare harness and beside its peers, on the same pages. */
@NullMarked
package io.stepfree.load.worker;

import org.jspecify.annotations.NullMarked;
