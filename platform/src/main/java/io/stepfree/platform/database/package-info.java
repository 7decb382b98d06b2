/** Opens a service's schema in PostgreSQL, migrated before anybody uses it. */
@NullMarked
package io.stepfree.platform.database;

import org.jspecify.annotations.NullMarked;
