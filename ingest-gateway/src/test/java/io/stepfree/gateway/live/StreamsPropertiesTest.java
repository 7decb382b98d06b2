package io.stepfree.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class StreamsPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new StreamsProperties(2_000, 100, Duration.ofSeconds(15), 256));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.gateway.streams.most", "7",
                                        "stepfree.gateway.streams.per-client", "3",
                                        "stepfree.gateway.streams.heartbeat", "2s",
                                        "stepfree.gateway.streams.backlog", "12")))
                .isEqualTo(new StreamsProperties(7, 3, Duration.ofSeconds(2), 12));
    }

    @ParameterizedTest
    @CsvSource({"most, 0", "per-client, 0", "heartbeat, 99ms", "heartbeat, 301s", "backlog, 0"})
    void validations(String name, String value) {
        assertThatThrownBy(() -> bind(Map.of("stepfree.gateway.streams." + name, value)))
                .rootCause()
                .hasMessageContaining("stepfree.gateway.streams." + name);
    }

    private static StreamsProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.streams", StreamsProperties.class);
    }
}
