/** Who changed what, kept where nobody can change it. */
@NullMarked
package io.stepfree.gateway.audit;

import org.jspecify.annotations.NullMarked;
