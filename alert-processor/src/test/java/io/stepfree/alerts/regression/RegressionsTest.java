package io.stepfree.alerts.regression;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.alerts.TestStores;
import io.stepfree.alerts.sample.ChangeSample;
import io.stepfree.alerts.sample.EraseSample;
import io.stepfree.alerts.serde.JsonSerde;
import java.time.Duration;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

class RegressionsTest {

    private static final String SHOP = "regressed/shop.example";

    private final KeyValueStore<String, Regression> store =
            TestStores.ofText(new JsonSerde<>(Regression.class));
    private final KeyValueStore<String, Long> marks = TestStores.ofText(Serdes.Long());
    private Regressions regressions = new Regressions(store, marks, true);

    @Test
    void whatIsNewCountsOnceALaterLookSeesItAgainAndUntilItIsFixed() {
        look(1, true, 0, 2);
        assertThat(regressions.levels()).isEmpty();
        look(2, true, 1, 1);
        assertThat(regressions.levels()).containsEntry(SHOP, 1.0);
        look(3, true, 2, 0);
        assertThat(regressions.levels()).containsEntry(SHOP, 2.0);
        look(4, true, 0, 0);
        assertThat(regressions.levels()).isEmpty();
    }

    @Test
    void ifNothingHasToBeConfirmedItCountsAtOnce() {
        regressions = new Regressions(store, marks, false);
        look(1, true, 0, 2);
        assertThat(regressions.levels()).containsEntry(SHOP, 2.0);
    }

    @Test
    void aLookThatSawAPartTakesNothingAway() {
        look(1, true, 2, 0);
        look(2, false, 0, 0);
        assertThat(regressions.levels()).containsEntry(SHOP, 2.0);
        look(3, false, 3, 0);
        assertThat(regressions.levels()).containsEntry(SHOP, 3.0);
        look(4, true, 0, 0);
        assertThat(regressions.levels()).isEmpty();
    }

    @Test
    void whatIsToldAgainOrIsOlderChangesNothing() {
        look(2, true, 2, 0);
        look(2, true, 2, 0);
        look(1, true, 0, 0);
        assertThat(regressions.levels()).containsEntry(SHOP, 2.0);
    }

    @Test
    void itOutlivesARestart() {
        look(1, true, 2, 0);
        regressions = new Regressions(store, marks, true);
        assertThat(regressions.levels()).containsEntry(SHOP, 2.0);
        look(2, true, 0, 0);
        assertThat(new Regressions(store, marks, true).levels()).isEmpty();
    }

    @Test
    void whatAClientHadErasedStaysForgottenAndWhatIsLaterDoesNot() {
        look(1, true, 2, 0);
        regressions.erase(new EraseSample("acme", 1));
        assertThat(regressions.levels()).isEmpty();
        look(1, true, 2, 0);
        assertThat(new Regressions(store, marks, true).levels()).isEmpty();
        look(2, true, 1, 0);
        assertThat(regressions.levels()).containsEntry(SHOP, 1.0);
        regressions.erase(new EraseSample("acm", 9));
        assertThat(regressions.levels()).containsEntry(SHOP, 1.0);
    }

    @Test
    void aPageThatNobodyLooksAtAnyMoreIsForgotten() {
        look(1, true, 2, 0);
        regressions.forget(Duration.ofDays(30).toMillis());
        assertThat(regressions.levels()).isNotEmpty();
        regressions.forget(Duration.ofDays(30).toMillis() + 2);
        assertThat(regressions.levels()).isEmpty();
    }

    @Test
    void noMoreHostsAreToldThanAMessageCanBear() {
        for (int host = 0; host < 50; host++) {
            String name = "host-%02d.example".formatted(host);
            hear(name, "page-" + host, host + 1);
        }
        assertThat(regressions.levels())
                .hasSize(Regressions.MOST_HOSTS + 2)
                .containsEntry("regressed/host-49.example", 50.0)
                .containsEntry("regressed/host-30.example", 31.0)
                .containsEntry("regressed/further hosts", 30 * 31 / 2.0)
                .containsEntry("regressed-hosts", 50.0);
        hear("host-29.example", "another", 100);
        assertThat(regressions.levels())
                .as("who was named stays so")
                .containsEntry("regressed/host-30.example", 31.0)
                .containsEntry("regressed/further hosts", 100 + 30 * 31 / 2.0)
                .containsEntry("regressed-hosts", 50.0);
    }

    @Test
    void aLookThatComesAfterTheOneThatSawThePageMendedBringsNothingBack() {
        look(1, true, 2, 0);
        look(3, true, 0, 0);
        look(2, true, 2, 0);
        assertThat(regressions.levels()).isEmpty();
        regressions = new Regressions(store, marks, true);
        look(2, true, 2, 0);
        assertThat(regressions.levels()).as("after a restart").isEmpty();
        regressions.forget(Duration.ofDays(30).toMillis() + 4);
        assertThat(store.all()).as("known for a while").isExhausted();
    }

    @Test
    void aWorkersClockThatIsAheadMakesNoLookTheLastForEver() {
        long ahead = Duration.ofDays(365).toMillis();
        regressions.hear(new ChangeSample("acme", "shop.example", "page", ahead, 1, true, 2, 0), 1);
        assertThat(regressions.levels()).containsEntry(SHOP, 2.0);
        look(2, true, 0, 0);
        assertThat(regressions.levels()).isEmpty();
    }

    private void hear(String host, String page, int open) {
        regressions.hear(new ChangeSample("acme", host, page, 1, 1, true, open, 0), 1);
    }

    private void look(long at, boolean whole, int open, int fresh) {
        regressions.hear(
                new ChangeSample("acme", "shop.example", "page", at, at, whole, open, fresh), at);
    }
}
