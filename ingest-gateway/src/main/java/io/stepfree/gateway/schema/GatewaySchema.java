package io.stepfree.gateway.schema;

import io.stepfree.platform.database.SchemaMigration;
import io.stepfree.platform.database.SqlStates;
import java.util.function.Consumer;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the gateway's tables up to date before they are first used. The gateway starts while the
 * database is down, so that this is done whenever the database comes. Thread-safe.
 */
public final class GatewaySchema {

    private static final Logger log = LoggerFactory.getLogger(GatewaySchema.class);

    private final Jdbi jdbi;
    private final Consumer<SchemaMigration> runner;
    private final Object migration = new Object();
    private volatile boolean migrated;

    /**
     * @param jdbi what tells whether the database is there
     * @param runner runs a migration at once, or fails
     */
    public GatewaySchema(Jdbi jdbi, Consumer<SchemaMigration> runner) {
        this.jdbi = jdbi;
        this.runner = runner;
    }

    /**
     * Makes the tables beforehand where the database is there, so that nobody has to wait for it.
     */
    public void prepare() {
        Thread.ofVirtual()
                .name("gateway-schema")
                .start(() -> {
                    try {
                        assure();
                    } catch (RuntimeException e) {
                        log.debug("not prepared yet: {}", e.toString());
                    }
                });
    }

    /**
     * Returns when the tables are there.
     *
     * @throws org.jdbi.v3.core.JdbiException when the database does not answer
     * @throws io.stepfree.platform.breaker.BreakerOpenException while it is not asked
     */
    public void assure() {
        if (migrated) {
            return;
        }
        // Whether the database is there is asked in the way that knows when not to ask.
        jdbi.useHandle(handle -> handle.execute("SELECT 1"));
        synchronized (migration) {
            if (!migrated) {
                migrate();
                migrated = true;
            }
        }
    }

    private void migrate() {
        try {
            runner.accept(new SchemaMigration("gateway"));
        } catch (RuntimeException e) {
            // It may have gone away since it answered.
            if (SqlStates.tellOutage(e)) {
                throw new ConnectionException(e);
            }
            throw e;
        }
    }
}
