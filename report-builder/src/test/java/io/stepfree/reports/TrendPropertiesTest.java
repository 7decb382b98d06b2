package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class TrendPropertiesTest {

    @Test
    void trendsAreHalfAMinuteBehindByDefault() {
        assertThat(bind(Map.of())).isEqualTo(new TrendProperties(Duration.ofSeconds(30)));
    }

    @Test
    void anotherTimeMayBeChosen() {
        assertThat(bind(Map.of("stepfree.reports.trends.every", "5m")))
                .isEqualTo(new TrendProperties(Duration.ofMinutes(5)));
    }

    @Test
    void countingAllTheTimeIsRefused() {
        assertThatThrownBy(() -> bind(Map.of("stepfree.reports.trends.every", "900ms")))
                .hasRootCauseMessage(
                        "stepfree.reports.trends.every PT0.9S is below 1s: a site in use would be counted all the time; set it to 1s or more");
    }

    private static TrendProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.reports.trends", TrendProperties.class);
    }
}
