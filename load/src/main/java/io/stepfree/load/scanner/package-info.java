/** The scanners that are measured, each a process of its own that is told rounds of pages. */
@NullMarked
package io.stepfree.load.scanner;

import org.jspecify.annotations.NullMarked;
