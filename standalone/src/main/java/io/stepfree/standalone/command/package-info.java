/** The commands a person gives in the terminal. */
@NullMarked
package io.stepfree.standalone.command;

import org.jspecify.annotations.NullMarked;
