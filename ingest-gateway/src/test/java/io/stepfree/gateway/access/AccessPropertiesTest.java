package io.stepfree.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class AccessPropertiesTest {

    private static final String PREFIX = "stepfree.gateway.access.";

    @Test
    void defaults() {
        AccessProperties properties = bind(Map.of());

        assertThat(properties.environment()).isEqualTo("live");
        assertThat(properties.first()).isNull();
        assertThat(properties.hasOther()).isFalse();
        assertThat(properties.jwt())
                .isEqualTo(
                        new AccessProperties.Tokens(
                                null,
                                null,
                                "stepfree",
                                "client_id",
                                List.of("RS256", "ES256"),
                                "standard"));
    }

    @Test
    void explicitMappings() {
        ApiKey key = ApiKey.create("prod");
        AccessProperties properties =
                bind(
                        Map.of(
                                PREFIX + "environment", "prod",
                                PREFIX + "first-key", key.secret(),
                                PREFIX + "jwt.issuer", "https://id.example/",
                                PREFIX + "jwt.jwk-set-uri", "https://id.example/keys",
                                PREFIX + "jwt.audience", "scans",
                                PREFIX + "jwt.client-claim", "azp",
                                PREFIX + "jwt.algorithms", "PS256",
                                PREFIX + "jwt.plan", "gold"));

        assertThat(properties.environment()).isEqualTo("prod");
        assertThat(properties.first())
                .satisfies(first -> assertThat(first.secret()).isEqualTo(key.secret()));
        assertThat(properties.hasOther()).isTrue();
        assertThat(properties.jwt())
                .isEqualTo(
                        new AccessProperties.Tokens(
                                "https://id.example/",
                                URI.create("https://id.example/keys"),
                                "scans",
                                "azp",
                                List.of("PS256"),
                                "gold"));
        assertThat(properties.toString()).doesNotContain(key.secret());
    }

    @ParameterizedTest
    @CsvSource({
        "environment, Live, environment",
        "first-key, sf_live_abc, first-key",
        "jwt.issuer, https://id.example/, jwt.jwk-set-uri",
        "jwt.jwk-set-uri, https://id.example/keys, jwt.issuer",
        "jwt.algorithms, HS256, jwt.algorithms",
        "jwt.algorithms, none, jwt.algorithms"
    })
    void validations(String name, String value, String named) {
        assertThatThrownBy(() -> bind(Map.of(PREFIX + name, value)))
                .rootCause()
                .hasMessageContaining(PREFIX + named);
    }

    private static AccessProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("stepfree.gateway.access", AccessProperties.class);
    }
}
