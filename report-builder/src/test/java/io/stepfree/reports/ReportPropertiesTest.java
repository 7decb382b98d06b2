package io.stepfree.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReportPropertiesTest {

    @Test
    void reportsLieBesideTheServiceByDefault() {
        assertThat(bind(Map.of())).isEqualTo(new ReportProperties(Path.of("reports")));
    }

    @Test
    void anotherDirectoryMayBeChosen() {
        assertThat(bind(Map.of("stepfree.reports.directory", "/var/lib/stepfree/reports")))
                .isEqualTo(new ReportProperties(Path.of("/var/lib/stepfree/reports")));
    }

    private static ReportProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.reports", ReportProperties.class);
    }
}
