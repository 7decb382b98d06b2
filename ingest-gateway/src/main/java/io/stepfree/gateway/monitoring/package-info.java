/** What an operator wants to see at a glance, answered at once whatever is down. */
@NullMarked
package io.stepfree.gateway.monitoring;

import org.jspecify.annotations.NullMarked;
