package io.stepfree.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

final class DatabasePropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void defaults() {
        runner.run(context ->
                assertThat(context.getBean(DatabaseProperties.class))
                        .isEqualTo(
                                new DatabaseProperties(
                                        "jdbc:postgresql://127.0.0.1:5432/stepfree",
                                        "",
                                        "stepfree",
                                        "",
                                        20,
                                        2,
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(60))));
    }

    @Test
    void explicitMappings() {
        runner.withPropertyValues(
                        "stepfree.database.url=jdbc:postgresql://db.example/x",
                        "stepfree.database.migration-url=jdbc:postgresql://direct.example/x",
                        "stepfree.database.user=somebody",
                        "stepfree.database.password=hidden",
                        "stepfree.database.pool-size=3",
                        "stepfree.database.idle-connections=0",
                        "stepfree.database.idle-timeout=1m",
                        "stepfree.database.leak-threshold=0",
                        "stepfree.database.connection-timeout=250ms",
                        "stepfree.database.answer-timeout=5m")
                .run(context -> {
                    var properties = context.getBean(DatabaseProperties.class);
                    assertThat(properties)
                            .isEqualTo(
                                    new DatabaseProperties(
                                            "jdbc:postgresql://db.example/x",
                                            "jdbc:postgresql://direct.example/x",
                                            "somebody",
                                            "hidden",
                                            3,
                                            0,
                                            Duration.ofMinutes(1),
                                            Duration.ZERO,
                                            Duration.ofMillis(250),
                                            Duration.ofMinutes(5)));
                    assertThat(properties.toString()).contains("somebody").doesNotContain("hidden");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    url=                      | must not be blank
                    user=                     | must not be blank
                    pool-size=1               | must be greater than or equal to 2
                    pool-size=101             | must be less than or equal to 100
                    migration-url=postgres:x  | stepfree.database.migration-url is no JDBC address
                    idle-connections=-1       | must be greater than or equal to 0
                    idle-connections=21       | stepfree.database.idle-connections 21 exceeds pool-size 20
                    idle-timeout=9s           | stepfree.database.idle-timeout PT9S is below 10s
                    leak-threshold=1s         | stepfree.database.leak-threshold PT1S is neither 0 nor at least 2s
                    connection-timeout=249ms  | stepfree.database.connection-timeout PT0.249S is below 250ms
                    answer-timeout=999ms      | stepfree.database.answer-timeout PT0.999S is below 1s
                    """)
    void validations(String setting, String problem) {
        runner.withPropertyValues("stepfree.database." + setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(problem));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(DatabaseProperties.class)
    static class Bound {}
}
