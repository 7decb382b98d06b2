/** Gives reports their receipts, and checks them without anything but the report. */
@NullMarked
package io.stepfree.reporting.receipt;

import org.jspecify.annotations.NullMarked;
