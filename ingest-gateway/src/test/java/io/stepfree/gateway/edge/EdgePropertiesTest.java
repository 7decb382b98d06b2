package io.stepfree.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class EdgePropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new EdgeProperties(
                                100,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                Duration.ZERO,
                                Duration.ofSeconds(30)));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.gateway.edge.headers", "50",
                                        "stepfree.gateway.edge.head-timeout", "2s",
                                        "stepfree.gateway.edge.body-timeout", "3s",
                                        "stepfree.gateway.edge.notice", "4s",
                                        "stepfree.gateway.edge.drain", "1m")))
                .isEqualTo(
                        new EdgeProperties(
                                50,
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(4),
                                Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @CsvSource({
        "headers, 9",
        "headers, 1001",
        "head-timeout, 99ms",
        "body-timeout, 301s",
        "notice, -1s",
        "drain, 6m"
    })
    void validations(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("stepfree.gateway.edge." + name, value)))
                .rootCause()
                .hasMessageContaining("stepfree.gateway.edge." + name);
    }

    private static EdgeProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.edge", EdgeProperties.class);
    }
}
