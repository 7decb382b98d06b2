/** The only way out for the browser: a proxy that judges every address before it connects to it. */
@NullMarked
package io.stepfree.processor.egress;

import org.jspecify.annotations.NullMarked;
