/** What a person or a machine reads: findings as text for the terminal, and as JSON. */
@NullMarked
package io.stepfree.standalone.printing;

import org.jspecify.annotations.NullMarked;
