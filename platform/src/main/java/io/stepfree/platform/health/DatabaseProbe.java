package io.stepfree.platform.health;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Asks PostgreSQL for a row. */
public final class DatabaseProbe implements HealthProbe {

    private final DataSource database;
    private final boolean needed;

    public DatabaseProbe(DataSource database, boolean needed) {
        this.database = database;
        this.needed = needed;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public boolean needed() {
        return needed;
    }

    @Override
    public boolean remote() {
        return true;
    }

    @Override
    public Finding look() throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            statement.execute("SELECT 1");
            return Finding.up("PostgreSQL answers.");
        }
    }
}
