package io.stepfree.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class AuditPropertiesTest {

    private static final String NAME = "stepfree.gateway.audit.keep";

    @Test
    void defaults() {
        assertThat(bind(Map.of()).keep()).isEqualTo(Duration.ofDays(400));
    }

    @Test
    void explicitMappings() {
        assertThat(bind(Map.of(NAME, "90d")).keep()).isEqualTo(Duration.ofDays(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"89d", "0s", "-1d", "40000d"})
    void validations(String keep) {
        assertThatThrownBy(() -> bind(Map.of(NAME, keep)))
                .rootCause()
                .hasMessageContaining(NAME)
                .hasMessageContaining("90");
    }

    private static AuditProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.audit", AuditProperties.class);
    }
}
