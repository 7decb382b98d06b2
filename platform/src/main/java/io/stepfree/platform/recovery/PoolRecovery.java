package io.stepfree.platform.recovery;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.stepfree.platform.health.PoolProbe;
import io.stepfree.schemas.ops.HealthState;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections of the database pool, those in use once they are given back; new ones are
 * made as they are needed. Thread-safe.
 */
public final class PoolRecovery implements Recovery {

    /** So many looks in a row must have found the pool exhausted. */
    private static final int PATIENCE = 3;

    private final HikariDataSource database;
    private final PoolProbe probe;
    private int exhausted;

    public PoolRecovery(HikariDataSource database, PoolProbe probe) {
        this.database = database;
        this.probe = probe;
    }

    @Override
    public String component() {
        return "pool";
    }

    @Override
    public synchronized boolean isNeeded() {
        exhausted = probe.look().state() == HealthState.DOWN ? exhausted + 1 : 0;
        return exhausted >= PATIENCE;
    }

    @Override
    public String recover() {
        beginAnew();
        @Nullable HikariPoolMXBean pool = database.getHikariPoolMXBean();
        if (pool == null) {
            return "The pool has no connections yet.";
        }
        int all = pool.getTotalConnections();
        pool.softEvictConnections();
        return "%d database connections were closed, or will be once they are given back."
                .formatted(all);
    }

    /* What was done gets the same time to help. */
    private synchronized void beginAnew() {
        exhausted = 0;
    }
}
