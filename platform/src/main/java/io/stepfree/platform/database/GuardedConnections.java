package io.stepfree.platform.database;

import io.stepfree.platform.breaker.Breaker;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionFactory;

/** Connections that are not waited for while the database does not answer. Thread-safe. */
final class GuardedConnections implements ConnectionFactory {

    private final DataSource database;
    private final Breaker breaker;

    GuardedConnections(DataSource database, Breaker breaker) {
        this.database = database;
        this.breaker = breaker;
    }

    @Override
    public Connection openConnection() throws SQLException {
        try {
            return breaker.call(database::getConnection);
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new SQLException("no connection was given", e);
        }
    }
}
