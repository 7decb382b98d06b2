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
 * @param url the JDBC address
 * @param user the role to log in with
 * @param password its password; empty where the server asks for none
 * @param poolSize how many connections at most
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
        @DefaultValue("stepfree") @NotBlank String user,
        @DefaultValue("") String password,
        @DefaultValue("10") @Min(2) @Max(100) int poolSize,
        @DefaultValue("2s") Duration connectionTimeout,
        @DefaultValue("60s") Duration answerTimeout) {

    public DatabaseProperties {
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

    @Override
    public String toString() {
        return "DatabaseProperties[url=%s, user=%s]".formatted(url, user);
    }
}
