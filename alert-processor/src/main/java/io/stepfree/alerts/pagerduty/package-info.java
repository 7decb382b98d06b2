/** Pages people by PagerDuty. */
@NullMarked
package io.stepfree.alerts.pagerduty;

import org.jspecify.annotations.NullMarked;
