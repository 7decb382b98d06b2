package io.stepfree.gateway.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WaitPreferenceTest {

    private static final Duration LONGEST = Duration.ofSeconds(60);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "wait=10 | 10",
                "Wait = 10 | 10",
                "wait=\"10\" | 10",
                "respond-async, wait=10 | 10",
                "respond-async;foo=\"a,b;wait=3\" , wait=10;bar | 10",
                "return=representation; x=\"\\\" wait=3\", wait=10 | 10",
                ", ,wait=10 | 10",
                "wait=10, wait=20 | 10",
                "wait=60 | 60",
                "wait=61 | 60",
                "wait=999999999 | 60"
            })
    void aWaitIsReadWhereverItStands(String header, long seconds) {
        assertThat(WaitPreference.read(List.of(header), LONGEST))
                .contains(Duration.ofSeconds(seconds));
    }

    @Test
    void severalHeadersAreOne() {
        assertThat(WaitPreference.read(List.of("respond-async", "wait=10", "wait=20"), LONGEST))
                .contains(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "respond-async",
                "wait",
                "wait=",
                "wait=0",
                "wait=-1",
                "wait=1.5",
                "wait=soon",
                "wait=1000000000",
                "wait=soon, wait=10",
                "waiting=10",
                "x=\"wait=10\"",
                "\"wait=10\"",
                "wait=10 s",
                "x;wait=10"
            })
    void whatIsNoWaitIsAsIfItWereNotThere(String header) {
        assertThat(WaitPreference.read(List.of(header), LONGEST)).isEmpty();
    }

    @Test
    void aHeaderThatIsMadeToBeSlowIsNot() {
        String header = "a;".repeat(20_000) + "\"";

        assertThat(WaitPreference.read(List.of(header), LONGEST)).isEmpty();
    }

    @Test
    void settingsThatCannotBeAreNamed() {
        assertThat(new WaitingProperties(Duration.ofMinutes(10), 0, 1).most()).isZero();
        assertThatThrownBy(() -> new WaitingProperties(Duration.ofMinutes(11), 1, 1))
                .hasMessage("stepfree.gateway.waiting.longest PT11M is not between 1s and 10m");
        assertThatThrownBy(() -> new WaitingProperties(LONGEST, -1, 1))
                .hasMessage("stepfree.gateway.waiting.most -1 is below 0");
        assertThatThrownBy(() -> new WaitingProperties(LONGEST, 1, 0))
                .hasMessage("stepfree.gateway.waiting.per-client 0 is below 1");
    }
}
