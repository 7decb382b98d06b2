/** Shows how far batches are, and cancels them. */
@NullMarked
package io.stepfree.gateway.batches;

import org.jspecify.annotations.NullMarked;
