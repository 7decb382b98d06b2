/**
 * The rim of the HTTP server: gives every request an id and every error the same shape, wherever it
 * arises.
 */
@NullMarked
package io.stepfree.gateway.edge;

import org.jspecify.annotations.NullMarked;
