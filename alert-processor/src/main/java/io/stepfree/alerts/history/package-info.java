/** What happened lately, second by second. */
@NullMarked
package io.stepfree.alerts.history;

import org.jspecify.annotations.NullMarked;
