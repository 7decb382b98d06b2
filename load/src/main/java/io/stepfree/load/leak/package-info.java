/** Looks for anything that grows while one worker scans a thousand pages. */
@NullMarked
package io.stepfree.load.leak;

import org.jspecify.annotations.NullMarked;
