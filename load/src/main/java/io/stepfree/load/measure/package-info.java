/** What a benchmark is and how its result is told, to people and to machines. */
@NullMarked
package io.stepfree.load.measure;

import org.jspecify.annotations.NullMarked;
