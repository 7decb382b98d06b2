/** Makes incidents of readings that are over their thresholds, and says when to tell of them. */
@NullMarked
package io.stepfree.alerts.incident;

import org.jspecify.annotations.NullMarked;
