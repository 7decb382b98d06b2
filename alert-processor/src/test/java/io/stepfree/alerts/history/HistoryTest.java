package io.stepfree.alerts.history;

import static io.stepfree.alerts.history.Dimension.ATTEMPTS_BY_HOST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepfree.alerts.TestStores;
import io.stepfree.alerts.serde.JsonSerde;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final long NOW = 1_000_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final KeyValueStore<Long, Tally.Stored> store =
            TestStores.of(Serdes.Long(), new JsonSerde<>(Tally.Stored.class));
    private final History history = new History(store, MINUTE);

    @Test
    void aWindowAddsUpItsSecondsAndNoOthers() {
        count(NOW - 60, 100);
        count(NOW - 59, 1);
        count(NOW, 2);

        assertThat(history.window(MINUTE, NOW).total(ATTEMPTS_BY_HOST)).isEqualTo(3);
        assertThat(history.window(Duration.ofSeconds(1), NOW).total(ATTEMPTS_BY_HOST)).isEqualTo(2);
    }

    @Test
    void whatIsCountedAfterAWindowWasReadIsInTheNextReading() {
        count(NOW, 1);
        assertThat(history.window(MINUTE, NOW).total(ATTEMPTS_BY_HOST)).isEqualTo(1);
        count(NOW, 1);

        assertThat(history.window(MINUTE, NOW).total(ATTEMPTS_BY_HOST)).isEqualTo(2);
    }

    @Test
    void afterARestartAllOfItIsThereAgain() {
        Tally tally = history.of(NOW);
        tally.count(ATTEMPTS_BY_HOST, "shop.example", 3);
        tally.example("req-1");
        for (int i = 1; i <= 100; i++) {
            tally.took(i);
        }
        history.keep(NOW);
        history.measured(Map.of("waiting", 7.0), NOW);

        var again = new History(store, MINUTE);
        Tally window = again.window(MINUTE, NOW);
        assertThat(window.by(ATTEMPTS_BY_HOST)).isEqualTo(Map.of("shop.example", 3L));
        assertThat(window.examples()).containsExactly("req-1");
        assertThat(window.durations()).isEqualTo(100);
        assertThat(window.quantile(0.95)).hasValueCloseTo(95.0, within(2.0));
        assertThat(again.levels("waiting", MINUTE, NOW).orElseThrow().last()).isEqualTo(7);
    }

    @Test
    void whatIsTooOldIsForgottenInTheStoreToo() {
        count(NOW - 60, 1);
        count(NOW - 59, 1);
        history.forget(NOW);

        assertThat(new History(store, MINUTE).window(MINUTE, NOW - 1).total(ATTEMPTS_BY_HOST))
                .isEqualTo(1);
        assertThat(store.get(NOW - 60)).isNull();
        assertThat(history.reaches(NOW - 60, NOW)).isFalse();
        assertThat(history.reaches(NOW - 59, NOW)).isTrue();
    }

    @Test
    void theQuantileOfManySecondsIsThatOfAllTheirAttempts() {
        for (int second = 0; second < 60; second++) {
            for (int i = 0; i < 50; i++) {
                history.of(NOW - second).took(second < 3 ? 40 : 1);
            }
        }

        Tally window = history.window(MINUTE, NOW);
        assertThat(window.durations()).isEqualTo(3000);
        assertThat(window.quantile(0.9)).hasValue(1);
        assertThat(window.quantile(0.99)).hasValue(40);
    }

    @Test
    void theExamplesAreTheNewestFive() {
        for (int i = 1; i <= 7; i++) {
            history.of(NOW - 10 + i).example("req-" + i);
        }

        assertThat(history.window(MINUTE, NOW).examples())
                .containsExactly("req-3", "req-4", "req-5", "req-6", "req-7");
    }

    @Test
    void aLevelIsKnownByItsExtremesAndItsEnds() {
        history.measured(Map.of("waiting", 5.0), NOW - 30);
        history.measured(Map.of("waiting", 9.0), NOW - 20);
        history.measured(Map.of("waiting", 2.0), NOW - 10);
        history.measured(Map.of("waiting", 3.0), NOW);

        assertThat(history.levels("waiting", MINUTE, NOW))
                .contains(new History.Levels(5, 3, 2, 9, NOW - 30, NOW));
        assertThat(history.levels("other", MINUTE, NOW)).isEmpty();
        assertThat(history.levelNames("wait", MINUTE, NOW)).containsExactly("waiting");
    }

    private void count(long second, long by) {
        history.of(second).count(ATTEMPTS_BY_HOST, "shop.example", by);
        history.keep(second);
    }
}
