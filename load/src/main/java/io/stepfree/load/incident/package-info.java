/** A site goes bad and recovers: what the operator is told of it, and what monitoring answers. */
@NullMarked
package io.stepfree.load.incident;

import org.jspecify.annotations.NullMarked;
