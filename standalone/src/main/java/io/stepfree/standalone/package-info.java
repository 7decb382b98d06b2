/** All of Stepfree on one machine, and its command line. */
@NullMarked
package io.stepfree.standalone;

import org.jspecify.annotations.NullMarked;
