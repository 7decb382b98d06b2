/** Erases a client's scans, their reports and their files. */
@NullMarked
package io.stepfree.reports.erasure;

import org.jspecify.annotations.NullMarked;
