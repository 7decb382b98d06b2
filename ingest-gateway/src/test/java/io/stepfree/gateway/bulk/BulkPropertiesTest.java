package io.stepfree.gateway.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

final class BulkPropertiesTest {

    private static final String PREFIX = "stepfree.gateway.bulk.";

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new BulkProperties(
                                10_000, DataSize.ofMegabytes(10), Duration.ofSeconds(60), 8));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        PREFIX + "rows", "16383",
                                        PREFIX + "body-limit", "64MB",
                                        PREFIX + "body-timeout", "2s",
                                        PREFIX + "at-once", "1")))
                .isEqualTo(
                        new BulkProperties(
                                16_383, DataSize.ofMegabytes(64), Duration.ofSeconds(2), 1));
    }

    @ParameterizedTest
    @CsvSource({
        "rows, 0",
        "rows, 16384",
        "body-limit, 0B",
        "body-limit, 65MB",
        "body-timeout, 99ms",
        "at-once, 0"
    })
    void validations(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of(PREFIX + name, value)))
                .rootCause()
                .hasMessageContaining(PREFIX + name);
    }

    private static BulkProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.bulk", BulkProperties.class);
    }
}
