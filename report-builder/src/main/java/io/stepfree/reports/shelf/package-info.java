/**
 * Keeps reports as files, in a folder or in a bucket of S3: written once, never changed, removed
 * whole.
 */
@NullMarked
package io.stepfree.reports.shelf;

import org.jspecify.annotations.NullMarked;
