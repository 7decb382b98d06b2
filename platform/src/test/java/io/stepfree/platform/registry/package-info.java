/** Proves the registry client against a real registry, which the schemas module cannot start. */
@NullMarked
package io.stepfree.platform.registry;

import org.jspecify.annotations.NullMarked;
