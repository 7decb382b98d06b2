package io.stepfree.platform.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.function.BiConsumer;
import javax.sql.DataSource;

/**
 * Brings schemas up to date over connections of its own to the server itself. They are closed
 * afterwards. A migration holds a session for its lock and its search path, which a pooler in
 * between would share with others, and an index over all dead letters may take longer than an
 * answer is waited for. Thread-safe.
 */
public final class DirectMigration {

    private final DatabaseProperties properties;

    DirectMigration(DatabaseProperties properties) {
        this.properties = properties;
    }

    /** Waits up to about a minute for a database that is starting. */
    void run(SchemaMigration migration) {
        run(migration, SchemaMigration::run);
    }

    /** Does it now, or fails. */
    public void runAtOnce(SchemaMigration migration) {
        run(migration, SchemaMigration::runAtOnce);
    }

    private void run(SchemaMigration migration, BiConsumer<SchemaMigration, DataSource> way) {
        HikariConfig config = DatabaseConfiguration.pool(properties, properties.directUrl());
        // One for the migration and one for its lock.
        config.setMaximumPoolSize(2);
        config.setMinimumIdle(0);
        config.setPoolName("stepfree-migration");
        try (var direct = new HikariDataSource(config)) {
            way.accept(migration, direct);
        }
    }
}
