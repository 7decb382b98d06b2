package io.stepfree.gateway.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class SchedulePropertiesTest {

    private static final String PREFIX = "stepfree.gateway.schedules.";

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new ScheduleProperties(
                                100,
                                500,
                                Duration.ofMinutes(15),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10)));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        PREFIX + "per-client", "1",
                                        PREFIX + "urls", "2",
                                        PREFIX + "least-interval", "3m",
                                        PREFIX + "poll", "4s",
                                        PREFIX + "retry-delay", "5s")))
                .isEqualTo(
                        new ScheduleProperties(
                                1,
                                2,
                                Duration.ofMinutes(3),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @CsvSource({
        "per-client, 0",
        "urls, 10001",
        "least-interval, 59s",
        "poll, 49ms",
        "retry-delay, 99ms",
        "retry-delay, 301s"
    })
    void validations(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of(PREFIX + name, value)))
                .rootCause()
                .hasMessageContaining(PREFIX + name);
    }

    private static ScheduleProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.schedules", ScheduleProperties.class);
    }
}
