/** Moves each accepted scan to its one end: the topology, its stores, and the step between them. */
@NullMarked
package io.stepfree.scheduler.lifecycle;

import org.jspecify.annotations.NullMarked;
