/**
 * The only HTTP API: checks what clients ask for, publishes it, and shows what the other services
 * have projected.
 */
@NullMarked
package io.stepfree.gateway;

import org.jspecify.annotations.NullMarked;
