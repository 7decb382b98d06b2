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
                                        "stepfree",
                                        "",
                                        10,
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(60))));
    }

    @Test
    void explicitMappings() {
        runner.withPropertyValues(
                        "stepfree.database.url=jdbc:postgresql://db.example/x",
                        "stepfree.database.user=somebody",
                        "stepfree.database.password=hidden",
                        "stepfree.database.pool-size=3",
                        "stepfree.database.connection-timeout=250ms",
                        "stepfree.database.answer-timeout=5m")
                .run(context -> {
                    var properties = context.getBean(DatabaseProperties.class);
                    assertThat(properties)
                            .isEqualTo(
                                    new DatabaseProperties(
                                            "jdbc:postgresql://db.example/x",
                                            "somebody",
                                            "hidden",
                                            3,
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
