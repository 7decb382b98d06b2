package io.stepfree.platform.database;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a service reaches PostgreSQL.
 *
 * @param url the JDBC address; behind PgBouncer in transaction mode with ?prepareThreshold=0
 * @param migrationUrl the JDBC address of the server itself, by which the service brings its schema
 *     up to date; empty where the one above is it. Behind a pooler it is needed, since a migration
 *     holds a session
 * @param user the role to log in with
 * @param password its password; empty where the server asks for none
 * @param poolSize how many connections at most
 * @param idleConnections how many are kept although nobody needs them
 * @param idleTimeout after which those above that number are closed when nobody has needed them, at
 *     least 10 s
 * @param leakThreshold a connection that is not given back for so long is told of in the log, with
 *     the place that took it, at least 2 s; 0 to tell of none
 * @param connectionTimeout how long a caller waits for a connection before it is told that the
 *     database is down
 * @param answerTimeout how long an answer is waited for before the connection is given up, at least
 *     1 s; longer than the longest statement takes. What a service does to its own schema before it
 *     is ready is not bound by it
 */
@Validated
@ConfigurationProperties("stepfree.database")
public record DatabaseProperties(
        @DefaultValue("jdbc:postgresql://127.0.0.1:5432/stepfree") @NotBlank String url,
        @DefaultValue("") String migrationUrl,
        @DefaultValue("stepfree") @NotBlank String user,
        @DefaultValue("") String password,
        @DefaultValue("20") @Min(2) @Max(100) int poolSize,
        @DefaultValue("2") @Min(0) int idleConnections,
        @DefaultValue("30s") Duration idleTimeout,
        @DefaultValue("60s") Duration leakThreshold,
        @DefaultValue("5s") Duration connectionTimeout,
        @DefaultValue("60s") Duration answerTimeout) {

    public DatabaseProperties {
        if (!migrationUrl.isEmpty() && !migrationUrl.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "stepfree.database.migration-url is no JDBC address such as jdbc:postgresql://127.0.0.1:5432/stepfree");
        }
        if (poolSize >= 2 && idleConnections > poolSize) {
            throw new IllegalArgumentException(
                    "stepfree.database.idle-connections %d exceeds pool-size %d"
                            .formatted(idleConnections, poolSize));
        }
        if (idleTimeout.compareTo(Duration.ofSeconds(10)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.database.idle-timeout %s is below 10s".formatted(idleTimeout));
        }
        if (!leakThreshold.isZero() && leakThreshold.compareTo(Duration.ofSeconds(2)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.database.leak-threshold %s is neither 0 nor at least 2s"
                            .formatted(leakThreshold));
        }
        if (connectionTimeout.toMillis() < 250) {
            throw new IllegalArgumentException(
                    "stepfree.database.connection-timeout %s is below 250ms"
                            .formatted(connectionTimeout));
        }
        if (answerTimeout.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.database.answer-timeout %s is below 1s".formatted(answerTimeout));
        }
    }

    /** The address by which the schema is brought up to date. */
    String directUrl() {
        return migrationUrl.isEmpty() ? url : migrationUrl;
    }

    @Override
    public String toString() {
        return "DatabaseProperties[url=%s, user=%s]".formatted(url, user);
    }
}
