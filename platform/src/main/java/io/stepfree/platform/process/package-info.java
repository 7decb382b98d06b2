/** Finds programs, and ends what was started of them, with us, however we end. */
@NullMarked
package io.stepfree.platform.process;

import org.jspecify.annotations.NullMarked;
