/** Checks what is made of the signals of all services. */
@NullMarked
package io.stepfree.gateway.health;

import org.jspecify.annotations.NullMarked;
