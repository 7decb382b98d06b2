/** Watches which share of the attempts fails, and says when an incident begins and ends. */
@NullMarked
package io.stepfree.alerts.errorrate;

import org.jspecify.annotations.NullMarked;
