package io.stepfree.alerts.watch;

import static io.stepfree.alerts.history.Dimension.ATTEMPTS_BY_ENGINE;
import static io.stepfree.alerts.history.Dimension.ATTEMPTS_BY_HOST;
import static io.stepfree.alerts.history.Dimension.ATTEMPTS_BY_WORKER;
import static io.stepfree.alerts.history.Dimension.FAILURES_BY_ENGINE;
import static io.stepfree.alerts.history.Dimension.FAILURES_BY_HOST;
import static io.stepfree.alerts.history.Dimension.FAILURES_BY_WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.alerts.history.Tally;
import org.junit.jupiter.api.Test;

class GatheringTest {

    private final Tally window = new Tally();

    @Test
    void aHostThatHasFarMoreFailuresThanAttemptsIsNamed() {
        host("shop.example", 10, 9);
        host("bank.example", 20, 1);

        assertThat(Gathering.of(window))
                .isEqualTo("The failures gather in one place: host shop.example with 9 of 10.");
    }

    @Test
    void aHostThatHasNearlyAllAttemptsIsNamedWhenTheOthersAreWell() {
        host("shop.example", 90, 90);
        host("a.example", 5, 1);
        host("b.example", 5, 1);
        host("c.example", 5, 1);

        assertThat(Gathering.of(window)).contains("host shop.example with 90 of 93");
    }

    @Test
    void aHostThatFailsAsOftenAsTheOthersIsNoPlaceOfItsOwn() {
        host("shop.example", 100, 90);
        host("bank.example", 5, 4);

        assertThat(Gathering.of(window)).isEqualTo("They happen on 2 of 2 hosts.");
    }

    @Test
    void theOnlyHostThatIsScannedIsNoPlaceOfItsOwn() {
        host("shop.example", 100, 90);

        assertThat(Gathering.of(window)).isEqualTo("They happen on 1 of 1 hosts.");
    }

    @Test
    void threeHostsOfManyAreNotEverywhere() {
        host("a.example", 3, 3);
        host("b.example", 3, 3);
        host("c.example", 3, 3);
        for (int i = 0; i < 7; i++) {
            host("well-%d.example".formatted(i), 3, 0);
        }

        assertThat(Gathering.of(window)).isEqualTo("They happen on 3 of 10 hosts.");
    }

    @Test
    void failuresOnManyHostsHappenEverywhere() {
        host("a.example", 3, 2);
        host("b.example", 3, 2);
        host("c.example", 3, 2);
        host("d.example", 3, 0);

        assertThat(Gathering.of(window)).isEqualTo("They happen everywhere: on 3 of 4 hosts.");
    }

    @Test
    void aWorkerAndItsEngineAreNamedThoughTheHostsAreMany() {
        host("a.example", 4, 2);
        host("b.example", 4, 2);
        host("c.example", 4, 2);
        window.count(ATTEMPTS_BY_WORKER, "worker-1", 6);
        window.count(ATTEMPTS_BY_WORKER, "worker-2", 6);
        window.count(FAILURES_BY_WORKER, "worker-2", 6);
        window.count(ATTEMPTS_BY_ENGINE, "axe-core 4.14.1", 6);
        window.count(ATTEMPTS_BY_ENGINE, "axe-core 4.15.0", 6);
        window.count(FAILURES_BY_ENGINE, "axe-core 4.15.0", 6);

        assertThat(Gathering.of(window))
                .isEqualTo(
                        "The failures gather in one place: worker worker-2 with 6 of 6, engine axe-core 4.15.0 with 6 of 6.");
    }

    @Test
    void twoFailuresSayNothing() {
        host("a.example", 2, 2);
        host("b.example", 20, 0);

        assertThat(Gathering.of(window)).isEmpty();
    }

    private void host(String host, long attempts, long failures) {
        window.count(ATTEMPTS_BY_HOST, host, attempts);
        if (failures > 0) {
            window.count(FAILURES_BY_HOST, host, failures);
        }
    }
}
