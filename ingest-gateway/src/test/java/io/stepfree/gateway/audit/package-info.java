/** The audit log, against a database alone. */
@NullMarked
package io.stepfree.gateway.audit;

import org.jspecify.annotations.NullMarked;
