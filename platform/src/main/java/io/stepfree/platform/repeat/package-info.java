/** Knows when two scans ask for the same. */
@NullMarked
package io.stepfree.platform.repeat;

import org.jspecify.annotations.NullMarked;
