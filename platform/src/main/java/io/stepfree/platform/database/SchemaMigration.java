package io.stepfree.platform.database;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * Names the schema that a service owns; its scripts lie on the class path under {@code
 * db/<schema>/}.
 *
 * @param schema the schema's name, created when it is not there
 */
public record SchemaMigration(String schema) {

    private static final int CONNECT_RETRIES = 60;

    /**
     * Brings the schema to this build's version; waits up to about a minute for a database that is
     * starting.
     */
    void run(DataSource dataSource) {
        run(dataSource, CONNECT_RETRIES);
    }

    /** Brings the schema to this build's version now, or fails. */
    public void runAtOnce(DataSource dataSource) {
        run(dataSource, 0);
    }

    private void run(DataSource dataSource, int connectRetries) {
        Flyway.configure()
                .dataSource(dataSource)
                .defaultSchema(schema)
                .schemas(schema)
                .createSchemas(true)
                .locations("classpath:db/" + schema)
                .connectRetries(connectRetries)
                .connectRetriesInterval(1)
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .load()
                .migrate();
    }
}
