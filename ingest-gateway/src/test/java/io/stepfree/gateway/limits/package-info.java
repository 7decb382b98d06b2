/** Tests of what a client may, without a server. */
@NullMarked
package io.stepfree.gateway.limits;

import org.jspecify.annotations.NullMarked;
