package io.stepfree.scheduler.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.scheduler.choice.WaitingKey.Lane;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class WaitingScansTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aKeyIsReadBackAsItWas() {
        var key = new WaitingKey(Lane.LOW, "a client", "example.org", NOW, "scan-1");

        assertThat(WaitingKey.parse(key.text())).isEqualTo(key);
    }

    @Test
    void controlCharactersOfAStrangerDoNotBreakTheKey() {
        var key = new WaitingKey(Lane.HIGH, "a\u0001b\u0002", "h\u0000st", NOW, "scan\u0001");

        assertThat(WaitingKey.parse(key.text())).isEqualTo(key);
        assertThat(key.client()).isEqualTo("a\uFFFDb\uFFFD");
    }

    @Test
    void theOrderOfTheKeysIsLaneThenClientThenHostThenAge() {
        assertThat(
                        java.util.stream.Stream.of(
                                        new WaitingKey(Lane.LOW, "a", "a", NOW, "6"),
                                        new WaitingKey(Lane.HIGH, "b", "a", NOW, "5"),
                                        new WaitingKey(Lane.HIGH, "a", "b", NOW, "4"),
                                        new WaitingKey(Lane.HIGH, "a", "a", NOW.plusMillis(1), "3"),
                                        new WaitingKey(Lane.HIGH, "a", "a", NOW, "2"),
                                        new WaitingKey(Lane.RETRY, "", "z", NOW, "1"))
                                .map(WaitingKey::text)
                                .sorted()
                                .map(text -> WaitingKey.parse(text).scanId()))
                .containsExactly("1", "2", "3", "4", "5", "6");
    }
}
