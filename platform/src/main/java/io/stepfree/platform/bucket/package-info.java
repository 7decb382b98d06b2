/** Keeps objects in a bucket of S3, or of what speaks like it, and signs links to them. */
@NullMarked
package io.stepfree.platform.bucket;

import org.jspecify.annotations.NullMarked;
