/** Checks what an operator is shown of what others told. */
@NullMarked
package io.stepfree.gateway.monitoring;

import org.jspecify.annotations.NullMarked;
