/** Ends child processes with us, however we end. */
@NullMarked
package io.stepfree.platform.process;

import org.jspecify.annotations.NullMarked;
