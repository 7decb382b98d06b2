/** The way out to Kafka, which is not waited for while it does not answer. */
@NullMarked
package io.stepfree.gateway.publish;

import org.jspecify.annotations.NullMarked;
