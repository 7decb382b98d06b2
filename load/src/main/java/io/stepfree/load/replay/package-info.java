/**
 * Measures ten thousand dead letters: looking through them, and replaying them beside fresh scans.
 */
@NullMarked
package io.stepfree.load.replay;

import org.jspecify.annotations.NullMarked;
