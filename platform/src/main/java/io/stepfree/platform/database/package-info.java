/** Opens PostgreSQL for a service, and brings the schema that it owns up to date. */
@NullMarked
package io.stepfree.platform.database;

import org.jspecify.annotations.NullMarked;
