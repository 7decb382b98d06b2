package io.stepfree.gateway.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AcceptedEncodingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "br|true",
                "gzip, deflate, br|true",
                "gzip, deflate, br, zstd|true",
                "BR|true",
                "br;q=0.5, gzip;q=0.5|true",
                "*|true",
                "gzip;q=0.1, *|true",
                "gzip|false",
                "br;q=0.4, gzip;q=0.5|false",
                "br;q=0|false",
                "br;q=0, *|false",
                "br;q=x|false",
                "brotli|false",
                "identity|false"
            })
    void brotliIsForThoseWhoReadItAndLikeItNoLessThanGzip(String header, boolean preferred) {
        assertThat(AcceptedEncodings.preferBrotli(header)).isEqualTo(preferred);
    }

    @Test
    void whoSaysNothingGetsNothing() {
        assertThat(AcceptedEncodings.preferBrotli(null)).isFalse();
    }
}
