/** Tells any receiver that speaks the Standard Webhooks specification. */
@NullMarked
package io.stepfree.alerts.webhook;

import org.jspecify.annotations.NullMarked;
