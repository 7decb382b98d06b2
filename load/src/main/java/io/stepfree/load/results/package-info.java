/** Results of scans as a scheduler would tell them, for what comes after it. */
@NullMarked
package io.stepfree.load.results;

import org.jspecify.annotations.NullMarked;
