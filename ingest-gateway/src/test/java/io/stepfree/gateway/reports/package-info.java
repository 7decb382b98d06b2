/** How a report goes over the wire, without a server. */
@NullMarked
package io.stepfree.gateway.reports;

import org.jspecify.annotations.NullMarked;
