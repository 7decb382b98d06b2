/** Holds many live streams open, cuts them, and counts what they miss or tell twice. */
@NullMarked
package io.stepfree.load.streams;

import org.jspecify.annotations.NullMarked;
