/** Keeps callers from waiting for a dependency that does not answer. */
@NullMarked
package io.stepfree.platform.breaker;

import org.jspecify.annotations.NullMarked;
