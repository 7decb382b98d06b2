/**
 * Checks what a client sends: every error is found before anything is published, and named by its
 * field.
 */
@NullMarked
package io.stepfree.gateway.admission;

import org.jspecify.annotations.NullMarked;
