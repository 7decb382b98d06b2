/** Wires the service that turns failure rates into alerts, and alerts into messages. */
@NullMarked
package io.stepfree.alerts;

import org.jspecify.annotations.NullMarked;
