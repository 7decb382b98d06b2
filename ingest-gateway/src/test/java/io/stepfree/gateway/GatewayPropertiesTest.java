package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.gateway.limits.PlanSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

final class GatewayPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new GatewayProperties(
                                DataSize.ofKilobytes(64),
                                Duration.ofMinutes(10),
                                100_000,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5),
                                Map.of(),
                                1_000_000));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.gateway.body-limit", "128KB",
                                        "stepfree.gateway.recent-keep", "30s",
                                        "stepfree.gateway.recent-limit", "7",
                                        "stepfree.gateway.read-timeout", "3s",
                                        "stepfree.gateway.retry-after", "9s",
                                        "stepfree.gateway.queue-bound", "12",
                                        "stepfree.gateway.plans.gold.scans-per-hour", "1000",
                                        "stepfree.gateway.plans.slow.requests-per-second", "1")))
                .isEqualTo(
                        new GatewayProperties(
                                DataSize.ofKilobytes(128),
                                Duration.ofSeconds(30),
                                7,
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(9),
                                Map.of(
                                        "gold", new PlanSettings(1_000L, null),
                                        "slow", new PlanSettings(null, 1L)),
                                12));
    }

    @ParameterizedTest
    @CsvSource({
        "body-limit, 0B",
        "body-limit, 129KB",
        "recent-keep, -1s",
        "recent-limit, -1",
        "read-timeout, 999ms",
        "retry-after, 500ms",
        "queue-bound, 0",
        "plans.gold.scans-per-hour, 0",
        "plans.gold.scans-per-hour, 1000001",
        "plans.gold.requests-per-second, 0",
        "plans.gold.requests-per-second, 100001",
        "plans.unlimited.scans-per-hour, 5",
        "plans.unlimited.requests-per-second, 5"
    })
    void validations(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("stepfree.gateway." + name, value)))
                .rootCause()
                .hasMessageContaining("stepfree.gateway." + name);
    }

    @Test
    void aBodyTooLargeForARecordIsRefusedWithTheCure() {
        assertThatThrownBy(() -> bind(Map.of("stepfree.gateway.body-limit", "16MB")))
                .rootCause()
                .hasMessageContaining("stepfree.gateway.body-limit 16777216B")
                .hasMessageContaining("set it to 128KB or less");
    }

    private static GatewayProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway", GatewayProperties.class);
    }
}
