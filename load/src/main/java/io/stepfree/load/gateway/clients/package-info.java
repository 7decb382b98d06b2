/** Asks a gateway by many clients at once, in a process of its own. */
@NullMarked
package io.stepfree.load.gateway.clients;

import org.jspecify.annotations.NullMarked;
