/** What stands between the network and the controllers, without a server. */
@NullMarked
package io.stepfree.gateway.edge;

import org.jspecify.annotations.NullMarked;
