/** Takes many scans in one request: looks at every row first, and then publishes the good ones. */
@NullMarked
package io.stepfree.gateway.bulk;

import org.jspecify.annotations.NullMarked;
