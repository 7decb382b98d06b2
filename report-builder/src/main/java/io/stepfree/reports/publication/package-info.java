/** Publishes a result's report once: its two files, its row, and the event that tells of it. */
@NullMarked
package io.stepfree.reports.publication;

import org.jspecify.annotations.NullMarked;
