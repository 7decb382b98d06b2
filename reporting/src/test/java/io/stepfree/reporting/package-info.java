/** Results to make reports of, in tests. */
@NullMarked
package io.stepfree.reporting;

import org.jspecify.annotations.NullMarked;
