/** The catalogue of what is held against a threshold. */
@NullMarked
package io.stepfree.alerts.metric;

import org.jspecify.annotations.NullMarked;
