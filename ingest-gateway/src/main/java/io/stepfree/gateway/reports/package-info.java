/** Writes the reports of scans and batches in the format that is asked for. */
@NullMarked
package io.stepfree.gateway.reports;

import org.jspecify.annotations.NullMarked;
