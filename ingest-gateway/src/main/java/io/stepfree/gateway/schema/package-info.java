/** The tables that belong to the gateway itself. */
@NullMarked
package io.stepfree.gateway.schema;

import org.jspecify.annotations.NullMarked;
