/** What the gateway takes and tells in a second, beside a bare producer, and scans end to end. */
@NullMarked
package io.stepfree.load.gateway;

import org.jspecify.annotations.NullMarked;
