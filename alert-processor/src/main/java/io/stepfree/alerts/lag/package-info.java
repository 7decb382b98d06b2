/** Measures how far behind the consumers are. */
@NullMarked
package io.stepfree.alerts.lag;

import org.jspecify.annotations.NullMarked;
