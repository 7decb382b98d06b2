/** Submits, cancels and replays as clients do, and writes down all it asked and was answered. */
@NullMarked
package io.stepfree.load.chaos.driver;

import org.jspecify.annotations.NullMarked;
