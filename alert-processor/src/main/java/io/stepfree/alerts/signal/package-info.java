/** Makes levels and counts of what the services say of themselves. */
@NullMarked
package io.stepfree.alerts.signal;

import org.jspecify.annotations.NullMarked;
