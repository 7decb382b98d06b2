/** The promises of the whole pipeline, held on real components. */
@NullMarked
package io.stepfree.standalone.endtoend;

import org.jspecify.annotations.NullMarked;
