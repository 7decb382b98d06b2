/** Tells a Slack channel what the alerts say. */
@NullMarked
package io.stepfree.alerts.slack;

import org.jspecify.annotations.NullMarked;
