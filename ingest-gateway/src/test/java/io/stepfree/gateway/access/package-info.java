/** Who asks, and what they may, without a server. */
@NullMarked
package io.stepfree.gateway.access;

import org.jspecify.annotations.NullMarked;
