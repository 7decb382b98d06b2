package io.stepfree.load.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TallyTest {

    private final Tally tally = new Tally();

    @Test
    void whatIsToldOnceAndInOrderIsRight() {
        tally.state("accepted", 0);
        tally.event("dispatched", 1);
        tally.event("retrying", 1);
        tally.event("dispatched", 2);
        tally.end(3);

        assertThat(tally.events()).isEqualTo(4);
        assertThat(tally.missed()).isZero();
        assertThat(tally.doubled()).isZero();
        assertThat(tally.ended()).isTrue();
    }

    @Test
    void whatIsLeftOutIsMissed() {
        tally.state("dispatched", 1);
        tally.event("dispatched", 3);
        tally.end(8);

        assertThat(tally.missed()).isEqualTo(3 + 3);
        assertThat(tally.doubled()).isZero();
    }

    @Test
    void whatComesAgainIsDoubled() {
        tally.state("dispatched", 2);
        tally.event("dispatched", 2);
        tally.event("retrying", 2);
        tally.event("retrying", 1);
        tally.state("dispatched", 1);
        tally.end(4);
        tally.end(4);

        assertThat(tally.doubled()).isEqualTo(4);
        assertThat(tally.missed()).isZero();
    }
}
