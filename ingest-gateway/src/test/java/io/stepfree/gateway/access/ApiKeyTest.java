package io.stepfree.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiKeyTest {

    @Test
    void aKeyIsReadAsItWasMade() {
        ApiKey key = ApiKey.create("live");

        assertThat(key.secret()).matches("sf_live_[0-9A-Za-z]{38}");
        assertThat(ApiKey.read(key.secret()))
                .hasValueSatisfying(read -> assertThat(read.hash()).isEqualTo(key.hash()));
    }

    @Test
    void noTwoAreAlike() {
        var made = new HashSet<String>();
        for (int i = 0; i < 1_000; i++) {
            made.add(ApiKey.create("live").secret());
        }

        assertThat(made).hasSize(1_000);
    }

    @Test
    void oneWithAWrongLetterIsNone() {
        String secret = ApiKey.create("test").secret();

        for (int i = 0; i < secret.length(); i++) {
            var mistyped = new StringBuilder(secret);
            mistyped.setCharAt(i, secret.charAt(i) == 'x' ? 'y' : 'x');
            assertThat(ApiKey.read(mistyped.toString())).as("letter %d", i).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sf_", "sf_live_", "Bearer", "sf_live_0123456789"})
    void whatIsNoKeyIsNone(String text) {
        assertThat(ApiKey.read(text)).isEmpty();
    }

    @Test
    void itShowsNoMoreThanItsBeginning() {
        ApiKey key = ApiKey.create("live");

        assertThat(key.toString()).isEqualTo(key.secret().substring(0, 12) + "…");
        assertThat(key.prefix()).isEqualTo(key.secret().substring(0, 12));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Live", "a_b", "12345678901234567"})
    void anEnvironmentIsSmallLettersAndDigits(String environment) {
        assertThatThrownBy(() -> ApiKey.create(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'%s'".formatted(environment));
    }
}
