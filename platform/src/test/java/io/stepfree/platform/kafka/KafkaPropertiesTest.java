package io.stepfree.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

final class KafkaPropertiesTest {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(Bound.class);

    @Test
    void defaults() {
        runner.run(context ->
                assertThat(context.getBean(KafkaProperties.class))
                        .isEqualTo(
                                new KafkaProperties(
                                        "127.0.0.1:9092",
                                        (short) 3,
                                        2,
                                        false,
                                        Duration.ofSeconds(10),
                                        Duration.ofSeconds(60),
                                        Path.of("state"),
                                        Map.of())));
    }

    @Test
    void explicitMappings() {
        runner.withPropertyValues(
                        "stepfree.kafka.bootstrap-servers=a.example:1,b.example:2",
                        "stepfree.kafka.replication-factor=5",
                        "stepfree.kafka.min-insync-replicas=3",
                        "stepfree.kafka.flush-requests=true",
                        "stepfree.kafka.publish-timeout=500ms",
                        "stepfree.kafka.startup-timeout=2m",
                        "stepfree.kafka.state-directory=/var/lib/stepfree",
                        "stepfree.kafka.client[security.protocol]=SSL")
                .run(context -> {
                    var properties = context.getBean(KafkaProperties.class);
                    assertThat(properties)
                            .isEqualTo(
                                    new KafkaProperties(
                                            "a.example:1,b.example:2",
                                            (short) 5,
                                            3,
                                            true,
                                            Duration.ofMillis(500),
                                            Duration.ofMinutes(2),
                                            Path.of("/var/lib/stepfree"),
                                            Map.of("security.protocol", "SSL")));
                });
    }

    @Test
    void theClientSettingsWhichMayHoldSecretsAreNotShown() {
        runner.withPropertyValues("stepfree.kafka.client[sasl.jaas.config]=hidden")
                .run(context ->
                        assertThat(context.getBean(KafkaProperties.class).toString())
                                .contains("127.0.0.1:9092")
                                .doesNotContain("hidden"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bootstrap-servers=      | must not be blank
                    replication-factor=0    | stepfree.kafka.min-insync-replicas 2 exceeds replication-factor 0
                    replication-factor=1    | stepfree.kafka.min-insync-replicas 2 exceeds replication-factor 1
                    min-insync-replicas=0   | must be greater than or equal to 1
                    publish-timeout=499ms   | stepfree.kafka.publish-timeout PT0.499S is below 500ms
                    """)
    void validations(String setting, String problem) {
        runner.withPropertyValues("stepfree.kafka." + setting)
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining(problem));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(KafkaProperties.class)
    static class Bound {}
}
