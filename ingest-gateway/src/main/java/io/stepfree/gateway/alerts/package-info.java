/** The alerts over HTTP: which are open, who is silenced, and what an operator orders of them. */
@NullMarked
package io.stepfree.gateway.alerts;

import org.jspecify.annotations.NullMarked;
