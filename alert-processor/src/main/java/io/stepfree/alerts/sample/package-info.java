/** Makes one small sample of each record that says something of how well scans go. */
@NullMarked
package io.stepfree.alerts.sample;

import org.jspecify.annotations.NullMarked;
