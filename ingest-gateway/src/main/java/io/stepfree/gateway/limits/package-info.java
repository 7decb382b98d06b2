/** What a client may by its plan, and how much of it is left. */
@NullMarked
package io.stepfree.gateway.limits;

import org.jspecify.annotations.NullMarked;
