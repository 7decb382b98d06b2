/** Brings alerts to receivers outside, each by a consumer of its own that waits for nobody else. */
@NullMarked
package io.stepfree.alerts.channel;

import org.jspecify.annotations.NullMarked;
