package io.stepfree.deadletters.keeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class KeepingPropertiesTest {

    @Test
    void deadLettersAreKeptForThirtyDaysByDefault() {
        assertThat(bind(Map.of()))
                .isEqualTo(new KeepingProperties(Duration.ofDays(30), Duration.ofHours(1)));
    }

    @Test
    void bothCanBeSet() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.keeping.dead-letters", "7d",
                                        "stepfree.keeping.interval", "10m")))
                .isEqualTo(new KeepingProperties(Duration.ofDays(7), Duration.ofMinutes(10)));
    }

    @Test
    void whatMakesNoSenseIsRefusedByName() {
        assertThatThrownBy(() -> new KeepingProperties(Duration.ofMinutes(59), Duration.ofHours(1)))
                .hasMessageContaining("stepfree.keeping.dead-letters PT59M is below 1h");
        assertThatThrownBy(() -> new KeepingProperties(Duration.ofDays(30), Duration.ZERO))
                .hasMessageContaining("stepfree.keeping.interval PT0S is not from 1s to 1d");
        assertThatThrownBy(() -> new KeepingProperties(Duration.ofDays(30), Duration.ofDays(2)))
                .hasMessageContaining("stepfree.keeping.interval PT48H is not from 1s to 1d");
    }

    private static KeepingProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.keeping", KeepingProperties.class);
    }
}
