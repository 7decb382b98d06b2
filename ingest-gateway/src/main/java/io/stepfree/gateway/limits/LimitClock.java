package io.stepfree.gateway.limits;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * What time it is, by one clock for all gateways: an hour must not end earlier at one whose own
 * clock goes fast.
 */
public interface LimitClock {

    /** The clock of PostgreSQL. */
    LimitClock OF_THE_DATABASE =
            handle -> handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one();

    /**
     * @param handle of the transaction that asks
     */
    Instant now(Handle handle);
}
