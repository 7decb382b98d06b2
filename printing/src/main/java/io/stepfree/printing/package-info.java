/**
 * Prints pages of HTML as PDF that is accessible: a browser lays out, and what it forgets is added.
 */
@NullMarked
package io.stepfree.printing;

import org.jspecify.annotations.NullMarked;
