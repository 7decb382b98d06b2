package io.stepfree.gateway.deliveries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class CallbackPropertiesTest {

    private static final String PREFIX = "stepfree.gateway.callbacks.";

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new CallbackProperties(
                                24,
                                4,
                                Duration.ofSeconds(10),
                                12,
                                Duration.ofSeconds(5),
                                Duration.ofHours(1),
                                Duration.ofSeconds(1),
                                Duration.ofDays(30)));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        PREFIX + "at-once", "2",
                                        PREFIX + "per-client", "1",
                                        PREFIX + "timeout", "3s",
                                        PREFIX + "attempts", "4",
                                        PREFIX + "delay", "5s",
                                        PREFIX + "longest-delay", "6s",
                                        PREFIX + "poll", "7s",
                                        PREFIX + "keep", "8d")))
                .isEqualTo(
                        new CallbackProperties(
                                2,
                                1,
                                Duration.ofSeconds(3),
                                4,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(7),
                                Duration.ofDays(8)));
    }

    @ParameterizedTest
    @CsvSource({
        "at-once, 0",
        "per-client, 0",
        "timeout, 99ms",
        "timeout, 61s",
        "attempts, 0",
        "attempts, 101",
        "delay, 9ms",
        "longest-delay, 4s",
        "poll, 9ms",
        "keep, 59m"
    })
    void validations(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of(PREFIX + name, value)))
                .rootCause()
                .hasMessageContaining(PREFIX + name);
    }

    private static CallbackProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.callbacks", CallbackProperties.class);
    }
}
