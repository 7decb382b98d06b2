/** Watches what happens, and writes an alert when something has to be told. */
@NullMarked
package io.stepfree.alerts.watch;

import org.jspecify.annotations.NullMarked;
