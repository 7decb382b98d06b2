/**
 * Holds the documentation against the code, and writes the parts of it that are made from the code.
 */
@NullMarked
package io.stepfree.docs;

import org.jspecify.annotations.NullMarked;
