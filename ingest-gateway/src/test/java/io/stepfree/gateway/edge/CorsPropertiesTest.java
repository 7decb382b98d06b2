package io.stepfree.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class CorsPropertiesTest {

    private static final String NAME = "stepfree.gateway.cors.origins";

    @Test
    void defaults() {
        assertThat(bind(Map.of()).origins()).isEmpty();
    }

    @Test
    void explicitMappings() {
        assertThat(
                        bind(Map.of(
                                        NAME,
                                        "https://console.shop.example,http://localhost:3000,http://[::1]:3000"))
                                .origins())
                .isEqualTo(
                        List.of(
                                "https://console.shop.example",
                                "http://localhost:3000",
                                "http://[::1]:3000"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "https://*.shop.example",
                "null",
                "console.shop.example",
                "https://console.shop.example/",
                "https://console.shop.example/path",
                "https://Console.shop.example",
                "HTTPS://console.shop.example",
                "https://console.shop.example:443",
                "http://console.shop.example:80",
                "https://ann@console.shop.example",
                "https://console.shop.example?x",
                "file:///tmp",
                "https://a b"
            })
    void validations(String origin) {
        assertThatThrownBy(() -> bind(Map.of(NAME, origin)))
                .rootCause()
                .hasMessageContaining(NAME + " has '" + origin + "', which is no origin");
    }

    private static CorsProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.gateway.cors", CorsProperties.class);
    }
}
