/** Tells people by e-mail what the alerts say. */
@NullMarked
package io.stepfree.alerts.email;

import org.jspecify.annotations.NullMarked;
