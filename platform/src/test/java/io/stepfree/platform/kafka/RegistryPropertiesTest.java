package io.stepfree.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.registry.RegistryEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class RegistryPropertiesTest {

    @Test
    void defaults() {
        assertThat(bind(Map.of()).endpoint())
                .isEqualTo(
                        new RegistryEndpoint(
                                URI.create("http://127.0.0.1:8081/apis/ccompat/v7"),
                                Optional.empty(),
                                Duration.ofSeconds(5),
                                3));
    }

    @Test
    void explicitMappings() {
        RegistryProperties properties =
                bind(
                        Map.of(
                                "stepfree.registry.url", "https://registry.example/x",
                                "stepfree.registry.user", "somebody",
                                "stepfree.registry.password", "hidden",
                                "stepfree.registry.timeout", "1s",
                                "stepfree.registry.retries", "0"));

        assertThat(properties.endpoint())
                .isEqualTo(
                        new RegistryEndpoint(
                                URI.create("https://registry.example/x"),
                                Optional.of(new RegistryEndpoint.Credentials("somebody", "hidden")),
                                Duration.ofSeconds(1),
                                0));
        assertThat(properties.toString()).contains("somebody").doesNotContain("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "password"})
    void oneHalfOfTheCredentialsStopsTheStartWithoutShowingIt(String half) {
        assertThatThrownBy(() -> bind(Map.of("stepfree.registry." + half, "hidden")).endpoint())
                .isInstanceOf(CannotStartException.class)
                .hasMessage(
                        "stepfree.registry.user and stepfree.registry.password go together: set both or none");
    }

    private static RegistryProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.registry", RegistryProperties.class);
    }
}
