package io.stepfree.gateway.scans;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CursorKeyTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @Test
    void aKeyHas32BytesInBase64() {
        assertThat(CursorKey.of(" " + KEY + "\n").get().getEncoded())
                .hasSize(32)
                .startsWith(0, 1, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "n0t*base64 | is not Base64",
                "c2hvcnQ= | has 5 bytes where 32 are needed",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A | has 33 bytes where 32 are needed",
            })
    void whatIsNoneIsNamedWithTheCureAndNeverShown(String written, String says) {
        assertThatThrownBy(() -> CursorKey.of(written))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessage(
                        "stepfree.gateway.cursor-key %s; make one with: openssl rand -base64 32",
                        says)
                .hasMessageNotContaining(written);
    }
}
