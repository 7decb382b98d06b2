/** Measures how soon {@code ./stepfree up} is ready and how much memory it takes. */
@NullMarked
package io.stepfree.load.startup;

import org.jspecify.annotations.NullMarked;
