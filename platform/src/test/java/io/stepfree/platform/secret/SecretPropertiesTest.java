package io.stepfree.platform.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

final class SecretPropertiesTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @Test
    void defaults() {
        assertThat(bind(Map.of())).isEqualTo(new SecretProperties(Map.of(), ""));
        assertThat(SecretSealer.of(bind(Map.of())).canSeal()).isFalse();
    }

    @Test
    void explicitMappings() {
        SecretProperties bound =
                bind(
                        Map.of(
                                "stepfree.secrets.keys.autumn", KEY,
                                "stepfree.secrets.keys.winter-2", KEY,
                                "stepfree.secrets.current", "winter-2"));

        assertThat(bound)
                .isEqualTo(
                        new SecretProperties(Map.of("autumn", KEY, "winter-2", KEY), "winter-2"));
        assertThat(SecretSealer.of(bound).canSeal()).isTrue();
        assertThat(SecretSealer.of(bind(Map.of("stepfree.secrets.keys.one", KEY))).canSeal())
                .isTrue();
    }

    @Test
    void aWrongKeyIsNamedAndNeverShown() {
        assertWrong(
                Map.of("autumn", "n0t*base64"), "", "stepfree.secrets.keys.autumn is not Base64");
        assertWrong(
                Map.of("autumn", "c2hvcnQ="), "", "keys.autumn has 5 bytes where 32 are needed");
        assertWrong(Map.of("autumn", ""), "", "keys.autumn has 0 bytes");
        assertWrong(Map.of("au tumn", KEY), "", "stepfree.secrets.keys has a key whose name");
        assertWrong(Map.of("a", KEY, "b", KEY), "", "stepfree.secrets.current must say which");
        assertWrong(Map.of("a", KEY), "b", "stepfree.secrets.current names a key");
        assertWrong(Map.of(), "b", "stepfree.secrets.current names a key");
    }

    private static void assertWrong(Map<String, String> keys, String current, String says) {
        assertThatThrownBy(() -> SecretSealer.of(new SecretProperties(keys, current)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining(says)
                .satisfies(thrown ->
                        assertThat(thrown.getMessage())
                                .doesNotContain("n0t*base64", "c2hvcnQ", "short", KEY));
    }

    private static SecretProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("stepfree.secrets", SecretProperties.class);
    }
}
