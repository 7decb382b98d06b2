package io.stepfree.platform.health;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether the pool of database connections is enough. Degraded when callers wait although all
 * connections are open, down when as many wait as there may be connections.
 */
public final class PoolProbe implements HealthProbe {

    private final HikariDataSource database;

    /**
     * How many connections there are.
     *
     * @param total connections that are open
     * @param active those in use
     * @param idle those that are not
     * @param waiting callers that wait for one
     * @param most how many there may be
     */
    public record Pool(int total, int active, int idle, int waiting, int most) {

        /** What that means. */
        public Finding finding() {
            String text =
                    "%d of %d connections are in use, %d callers wait for one."
                            .formatted(active, most, waiting);
            if (waiting >= most) {
                return Finding.down(text);
            }
            return (waiting > 0 && total >= most) || (waiting > 1 && total == 0)
                    ? Finding.degraded(text)
                    : Finding.up(text);
        }
    }

    public PoolProbe(HikariDataSource database) {
        this.database = database;
    }

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public Finding look() {
        return pool().finding();
    }

    /** How many connections there are, now. */
    public Pool pool() {
        int most = database.getMaximumPoolSize();
        @Nullable HikariPoolMXBean pool = database.getHikariPoolMXBean();
        return pool == null
                ? new Pool(0, 0, 0, 0, most)
                : new Pool(
                        pool.getTotalConnections(),
                        pool.getActiveConnections(),
                        pool.getIdleConnections(),
                        pool.getThreadsAwaitingConnection(),
                        most);
    }
}
