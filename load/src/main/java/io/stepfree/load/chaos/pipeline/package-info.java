/**
 * The services, the broker, the registry and the database as processes that can be killed, and come
 * back.
 */
@NullMarked
package io.stepfree.load.chaos.pipeline;

import org.jspecify.annotations.NullMarked;
