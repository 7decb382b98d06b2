/** Judges the evidence, knowing nothing of how the services work inside. */
@NullMarked
package io.stepfree.load.chaos.check;

import org.jspecify.annotations.NullMarked;
