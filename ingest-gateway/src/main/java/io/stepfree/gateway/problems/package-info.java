/** The pages to which the types of problems lead. */
@NullMarked
package io.stepfree.gateway.problems;

import org.jspecify.annotations.NullMarked;
