/** Decides by a seed what goes wrong when, and does it. */
@NullMarked
package io.stepfree.load.chaos.nemesis;

import org.jspecify.annotations.NullMarked;
