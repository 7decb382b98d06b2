package io.stepfree.platform.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class TargetPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()))
                .isEqualTo(new TargetProperties(List.of(), List.of(80, 443, 8080, 8443)));
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(
                                Map.of(
                                        "stepfree.targets.allow", "10.1.0.0/16,[::1]:8000",
                                        "stepfree.targets.ports", "80,81")))
                .isEqualTo(
                        new TargetProperties(
                                List.of("10.1.0.0/16", "[::1]:8000"), List.of(80, 81)));
    }

    private static TargetProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.targets", TargetProperties.class);
    }
}
