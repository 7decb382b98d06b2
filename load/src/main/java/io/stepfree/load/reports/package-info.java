/** What a report costs: from its result to the one who reads it, many at once, and a long one. */
@NullMarked
package io.stepfree.load.reports;

import org.jspecify.annotations.NullMarked;
