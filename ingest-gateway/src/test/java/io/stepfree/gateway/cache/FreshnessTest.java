package io.stepfree.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

final class FreshnessTest {

    private static final Duration KEEP = Duration.ofMinutes(15);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "'' | 900",
                "no-cache | 0",
                "No-Cache | 0",
                "no-store | 0",
                "max-age=60, no-cache | 0",
                "max-age=60 | 60",
                "Max-Age = \"60\" | 60",
                "max-age=0 | 0",
                "max-age=86400 | 900",
                "max-age=60, max-age=30 | 30",
                "max-age=soon | 0",
                "max-age | 0",
                "max-age=-1 | 0",
                "max-stale=60 | 900",
                "no-transform, private | 900"
            })
    void aClientSaysHowOldAResultMayBe(String header, long seconds) {
        assertThat(Freshness.read(List.of(header), KEEP)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void severalHeadersAreOne() {
        assertThat(Freshness.read(List.of("max-age=60", "no-cache"), KEEP)).isZero();
        assertThat(Freshness.read(List.of(), KEEP)).isEqualTo(KEEP);
    }

    @Test
    void settingsThatCannotBeAreNamed() {
        CacheProperties.Redis redis = redis("redis://:secret@cache.example:6379");
        assertThat(redis.toString()).doesNotContain("secret");
        assertThatThrownBy(() -> properties(Duration.ZERO, redis))
                .hasMessage("stepfree.cache.keep PT0S is not between PT1S and PT24H");
        assertThatThrownBy(() -> redis("cache.example:secret"))
                .hasMessageStartingWith("stepfree.cache.redis.address is no address")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() ->
                        new CacheProperties.Redis(
                                "", Duration.ofSeconds(2), DataSize.ofMegabytes(1)))
                .hasMessage("stepfree.cache.redis.timeout PT2S is not between PT0.001S and PT1S");
    }

    private static CacheProperties properties(Duration keep, CacheProperties.Redis redis) {
        return new CacheProperties(
                true, keep, DataSize.ofMegabytes(64), Duration.ofMillis(250), redis);
    }

    private static CacheProperties.Redis redis(String address) {
        return new CacheProperties.Redis(address, Duration.ofMillis(50), DataSize.ofMegabytes(1));
    }
}
