/**
 * Brings the files of reports onto the disk, and makes up for what a power cut took before that.
 */
@NullMarked
package io.stepfree.reports.flushing;

import org.jspecify.annotations.NullMarked;
