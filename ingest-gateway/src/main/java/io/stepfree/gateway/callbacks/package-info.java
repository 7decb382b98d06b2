/** Who is to be told when a scan or batch has ended, and with what secret that is signed. */
@NullMarked
package io.stepfree.gateway.callbacks;

import org.jspecify.annotations.NullMarked;
