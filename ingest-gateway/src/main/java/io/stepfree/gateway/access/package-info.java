/** Who asks, whom they ask for, and what they may. */
@NullMarked
package io.stepfree.gateway.access;

import org.jspecify.annotations.NullMarked;
