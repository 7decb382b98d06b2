/** How bodies with many scans are read and published, without a server. */
@NullMarked
package io.stepfree.gateway.bulk;

import org.jspecify.annotations.NullMarked;
