/** The pages that are scanned, with what is known about each. */
@NullMarked
package io.stepfree.load.chaos.site;

import org.jspecify.annotations.NullMarked;
