/** Bugs that can be switched on in a test, to prove that the test would find them. */
@NullMarked
package io.stepfree.platform.planted;

import org.jspecify.annotations.NullMarked;
