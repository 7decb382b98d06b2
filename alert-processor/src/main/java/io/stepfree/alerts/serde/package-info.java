/** Writes and reads what the topologies keep in their stores and internal topics. */
@NullMarked
package io.stepfree.alerts.serde;

import org.jspecify.annotations.NullMarked;
