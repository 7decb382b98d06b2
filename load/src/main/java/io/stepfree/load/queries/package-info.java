/** Everything that the gateway reads from a large database, and how PostgreSQL finds it. */
@NullMarked
package io.stepfree.load.queries;

import org.jspecify.annotations.NullMarked;
