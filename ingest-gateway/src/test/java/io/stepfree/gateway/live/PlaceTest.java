package io.stepfree.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlaceTest {

    private static final Subject SCAN = Subject.scan("01890a5d-ac96-774b-bcce-b302099a8001");
    private static final Place PLACE =
            new Place(11, 1L << 40, Mark.ofScan("retrying", 3, false), false);

    @Test
    void aPlaceIsReadFromItsWord() {
        String word = PLACE.word(SCAN);

        assertThat(word).matches("[A-Za-z0-9_-]{10,64}");
        assertThat(Place.read(word, SCAN, 12)).isEqualTo(PLACE);
    }

    @Test
    void thePlaceOfAStateMayBeBeforeTheFirstRecord() {
        var place =
                new Place(
                        0, -1, Mark.ofBatch(Instant.parse("2026-11-22T09:00:00.123Z"), true), true);

        assertThat(Place.read(place.word(SCAN), SCAN, 12)).isEqualTo(place);
    }

    @ParameterizedTest
    @ValueSource(strings = {"A", "?", "AAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
    void whatIsNoWordIsRefused(String word) {
        refused(word, SCAN, 12);
    }

    @Test
    void whatWasDamagedOrIsOfAnotherStreamIsRefused() {
        String word = PLACE.word(SCAN);

        for (int i = 0; i < word.length() - 1; i++) {
            char other = word.charAt(i) == 'A' ? 'B' : 'A';
            refused(word.substring(0, i) + other + word.substring(i + 1), SCAN, 12);
        }
        refused(word + "A", SCAN, 12);
        refused(word.repeat(1_000), SCAN, 12);
        refused(word, Subject.scan("01890a5d-ac96-774b-bcce-b302099a8002"), 12);
        refused(word, Subject.batch(SCAN.id()), 12);
        refused(word, SCAN, 11);
    }

    @Test
    void marksAreInTheOrderInWhichThingsHappen() {
        assertThat(
                        List.of(
                                Mark.ofScan("accepted", 0, false),
                                Mark.ofScan("dispatched", 1, false),
                                Mark.ofScan("retrying", 1, false),
                                Mark.ofScan("dispatched", 2, false),
                                Mark.ofScan("dead_lettered", 2, false),
                                // The life after a replay.
                                Mark.ofScan("accepted", 2, false),
                                Mark.ofScan("cancelled", 2, false),
                                Mark.ofScan("dispatched", 3, false),
                                Mark.ofScan("completed", 3, false),
                                Mark.ofScan("completed", 3, true)))
                .isSorted();
    }

    @Test
    void aMarkTellsWhetherMoreIsToCome() {
        assertThat(Mark.ofScan("completed", 1, false).isLast()).isFalse();
        assertThat(Mark.ofScan("completed", 1, true).isLast()).isTrue();
        assertThat(Mark.ofScan("dead_lettered", 4, false).isLast()).isTrue();
        assertThat(Mark.ofScan("cancelled", 0, false).isLast()).isTrue();
        assertThat(Mark.ofBatch(Instant.EPOCH, false).isLast()).isFalse();
        assertThat(Mark.ofBatch(Instant.EPOCH, true).isLast()).isTrue();
    }

    private static void refused(String word, Subject subject, int partitions) {
        assertThatThrownBy(() -> Place.read(word, subject, partitions))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Last-Event-ID");
    }
}
