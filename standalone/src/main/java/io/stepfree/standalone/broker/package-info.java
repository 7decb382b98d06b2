/** The Kafka broker of one machine: what runs inside its child process. */
@NullMarked
package io.stepfree.standalone.broker;

import org.jspecify.annotations.NullMarked;
