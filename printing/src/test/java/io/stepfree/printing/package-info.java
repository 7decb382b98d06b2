/** Prints real reports with a real browser, and has them judged by veraPDF. */
@NullMarked
package io.stepfree.printing;

import org.jspecify.annotations.NullMarked;
