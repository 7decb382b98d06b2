package io.stepfree.platform.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.health.DatabaseProbe;
import io.stepfree.platform.health.PoolProbe;
import io.stepfree.platform.recovery.PoolRecovery;
import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Wires a service to PostgreSQL. With a {@link SchemaMigration} bean the schema is brought up to
 * date before the first query; without, the service mostly reads what others show, and starts also
 * while the database is down. A connection is left as it was found: no schema of its own, no
 * setting beyond a transaction, so that PgBouncer may give it to somebody else after each.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseProperties.class)
public class DatabaseConfiguration {

    private static final String CONNECT_TIMEOUT_SECONDS = "5";

    @Bean
    HikariDataSource dataSource(DatabaseProperties properties, MeterRegistry meters) {
        HikariConfig config = pool(properties, properties.url());
        config.setMaximumPoolSize(properties.poolSize());
        config.setMinimumIdle(properties.idleConnections());
        config.setIdleTimeout(properties.idleTimeout().toMillis());
        config.setLeakDetectionThreshold(properties.leakThreshold().toMillis());
        config.setPoolName("stepfree");
        config.setMetricRegistry(meters);
        config.addDataSourceProperty(
                "socketTimeout", Long.toString(properties.answerTimeout().toSeconds()));
        return new HikariDataSource(config);
    }

    /* Without an answer from a machine that is gone, a connection would be waited for for a quarter of an hour. */
    static HikariConfig pool(DatabaseProperties properties, String url) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(properties.user());
        config.setPassword(properties.password());
        config.setConnectionTimeout(properties.connectionTimeout().toMillis());
        config.setValidationTimeout(properties.connectionTimeout().toMillis());
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return config;
    }

    @Bean
    DirectMigration directMigration(DatabaseProperties properties) {
        return new DirectMigration(properties);
    }

    @Bean
    DatabaseProbe databaseProbe(
            HikariDataSource dataSource, ObjectProvider<SchemaMigration> migration) {
        return new DatabaseProbe(dataSource, migration.getIfAvailable() != null);
    }

    @Bean
    PoolProbe poolProbe(HikariDataSource dataSource) {
        return new PoolProbe(dataSource);
    }

    @Bean
    PoolRecovery poolRecovery(HikariDataSource dataSource, PoolProbe probe) {
        return new PoolRecovery(dataSource, probe);
    }

    @Bean
    Jdbi jdbi(
            HikariDataSource dataSource,
            DirectMigration direct,
            ObjectProvider<SchemaMigration> migration,
            Breakers breakers) {
        migration.ifAvailable(direct::run);
        var jdbi =
                Jdbi.create(connections(dataSource, migration, breakers))
                        .installPlugin(new PostgresPlugin());
        // A failure that is logged must not carry the page's texts along.
        jdbi.configure(
                StatementExceptions.class,
                exceptions ->
                        exceptions.setMessageRendering(StatementExceptions.MessageRendering.NONE));
        return jdbi;
    }

    /* Who writes waits until it can; who answers requests says at once that it cannot read. */
    private static ConnectionFactory connections(
            HikariDataSource dataSource,
            ObjectProvider<SchemaMigration> migration,
            Breakers breakers) {
        return migration.getIfAvailable() == null
                ? new GuardedConnections(
                        dataSource, breakers.guard("database", SQLException.class::isInstance))
                : dataSource::getConnection;
    }
}
