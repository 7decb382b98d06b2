/**
 * Runs stream processors exactly once, with bounded memory, and lets no record that cannot be
 * decoded stop them.
 */
@NullMarked
package io.stepfree.platform.streams;

import org.jspecify.annotations.NullMarked;
