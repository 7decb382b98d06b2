/** What a client is told when a request fails: problem details as RFC 9457 has them. */
@NullMarked
package io.stepfree.platform.problem;

import org.jspecify.annotations.NullMarked;
