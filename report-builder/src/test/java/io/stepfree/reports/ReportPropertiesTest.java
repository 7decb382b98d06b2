package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.reports.shelf.Encoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReportPropertiesTest {

    @Test
    void reportsLieBesideTheServiceForAYearByDefault() {
        assertThat(bind(Map.of()))
                .isEqualTo(
                        new ReportProperties(
                                Path.of("reports"),
                                List.of(Encoding.BR, Encoding.GZIP),
                                Duration.ofDays(365),
                                Map.of()));
    }

    @Test
    void anotherDirectoryAndTimeMayBeChosen() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.reports.directory",
                                        "/var/lib/stepfree/reports",
                                        "stepfree.reports.keep",
                                        "90d",
                                        "stepfree.reports.precompress",
                                        "",
                                        "stepfree.reports.keep-of.acme",
                                        "400d")))
                .isEqualTo(
                        new ReportProperties(
                                Path.of("/var/lib/stepfree/reports"),
                                List.of(),
                                Duration.ofDays(90),
                                Map.of("acme", Duration.ofDays(400))));
    }

    @Test
    void reportsThatNobodyCouldLookAtAreRefused() {
        assertThatThrownBy(() -> bind(Map.of("stepfree.reports.keep", "23h")))
                .hasRootCauseMessage(
                        "stepfree.reports.keep PT23H is below 1d: nobody could look at the reports; set it to 1d or more");
        assertThatThrownBy(() -> bind(Map.of("stepfree.reports.keep-of.acme", "0")))
                .hasRootCauseMessage(
                        "stepfree.reports.keep-of.acme PT0S is below 1d: nobody could look at the reports; set it to 1d or more");
    }

    private static ReportProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.reports", ReportProperties.class);
    }
}
