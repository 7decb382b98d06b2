/**
 * Writes the pages of a report for machines: one walk, whatever their number, one class a format.
 */
@NullMarked
package io.stepfree.reporting.format;

import org.jspecify.annotations.NullMarked;
