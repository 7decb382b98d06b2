package io.stepfree.processor.egress;

import java.net.InetSocketAddress;
import java.util.List;

/** Whether a request may go out, and where to. */
sealed interface Passage {

    /** It may, to the first of these checked addresses that answers. */
    record Open(List<InetSocketAddress> addresses) implements Passage {
        public Open {
            addresses = List.copyOf(addresses);
        }
    }

    /** It may not. */
    record Shut(Obstacle obstacle) implements Passage {}
}
