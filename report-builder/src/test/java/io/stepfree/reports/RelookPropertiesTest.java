package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RelookPropertiesTest {

    @Test
    void aHundredPagesOfAClientAreLookedAtAgainWithinAnHourByDefault() {
        assertThat(bind(Map.of())).isEqualTo(new RelookProperties(100));
    }

    @Test
    void anotherNumberMayBeChosenAlsoNone() {
        assertThat(bind(Map.of("stepfree.reports.relooks.per-hour", "7")))
                .isEqualTo(new RelookProperties(7));
        assertThat(bind(Map.of("stepfree.reports.relooks.per-hour", "0")))
                .isEqualTo(new RelookProperties(0));
    }

    @Test
    void fewerThanNoneAreRefused() {
        assertThatThrownBy(() -> bind(Map.of("stepfree.reports.relooks.per-hour", "-1")))
                .hasRootCauseMessage(
                        "stepfree.reports.relooks.per-hour -1 is below 0: set it to 0 for none, or to how many one client may have within an hour");
    }

    private static RelookProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.reports.relooks", RelookProperties.class);
    }
}
