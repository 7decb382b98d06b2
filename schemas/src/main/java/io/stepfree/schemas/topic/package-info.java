/** The topics: each declared once, with its numbers, its schema and who writes and reads it. */
@NullMarked
package io.stepfree.schemas.topic;

import org.jspecify.annotations.NullMarked;
