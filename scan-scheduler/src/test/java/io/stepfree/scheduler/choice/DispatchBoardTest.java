package io.stepfree.scheduler.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DispatchBoardTest {

    private static final Offer HIGH = new Offer(Priority.HIGH, "one", 1);
    private static final Offer LOW = new Offer(Priority.LOW, "one", 1);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int slots = 1;
    private int elsewhere;
    private final DispatchBoard board =
            new DispatchBoard(() -> slots, () -> elsewhere, 2, 5, 12, () -> now);

    @Test
    void twoJobsASlotAreOutAtMostOverAllPartitions() {
        for (int partition = 0; partition < 12; partition++) {
            board.join(partition, 0);
        }
        int granted = 0;
        for (int partition = 0; partition < 12; partition++) {
            granted += board.ask(partition, List.of(HIGH)).isPresent() ? 1 : 0;
        }

        assertThat(granted).isEqualTo(2);
        assertThat(board.free()).isZero();
    }

    @Test
    void thePlaceThatOnePartitionFreesGoesToTheOneThatWaitedLongest() {
        slots = 1;
        for (int partition = 0; partition < 4; partition++) {
            board.join(partition, 0);
        }
        var out = new ArrayDeque<Integer>();
        var granted = new ArrayList<Integer>();
        for (int round = 0; round < 20; round++) {
            // A job ends, and the partition it was of asks first.
            if (out.size() == 2) {
                int freed = out.remove();
                board.returned(freed);
                ask(freed, out, granted);
            }
            for (int partition = 0; partition < 4; partition++) {
                ask(partition, out, granted);
            }
        }

        for (int partition = 0; partition < 4; partition++) {
            assertThat(Collections.frequency(granted, partition))
                    .as("partition %d in %s", partition, granted)
                    .isBetween(4, 6);
        }
    }

    private void ask(int partition, ArrayDeque<Integer> out, List<Integer> granted) {
        board.ask(partition, List.of(HIGH))
                .ifPresent(_ -> {
                    out.add(partition);
                    granted.add(partition);
                });
    }

    @Test
    void lowPriorityLeavesThePlaceToTheHighPriorityOfAnotherPartition() {
        board.join(0, 2);
        board.join(1, 0);
        board.ask(0, List.of(LOW));
        board.ask(1, List.of(HIGH));
        board.returned(0);

        assertThat(board.ask(0, List.of(LOW))).isEmpty();
        assertThat(board.ask(1, List.of(HIGH))).isPresent();
    }

    @Test
    void everyFifthChoicePrefersLowPriority() {
        slots = 100;
        board.join(0, 0);
        var granted = new ArrayList<Priority>();
        for (int i = 0; i < 20; i++) {
            board.ask(0, List.of(HIGH, LOW)).ifPresent(offer -> granted.add(offer.priority()));
        }

        assertThat(granted).filteredOn(priority -> priority == Priority.LOW).hasSize(4);
    }

    @Test
    void anOfferThatIsNotRenewedHoldsNobodyUp() {
        board.join(0, 1);
        board.join(1, 0);
        board.join(2, 1);
        // Full: both wait, and the second has the better claim.
        board.ask(0, List.of(HIGH));
        board.ask(1, List.of(new Offer(Priority.HIGH, "two", 0)));
        board.returned(2);
        assertThat(board.ask(0, List.of(HIGH))).isEmpty();

        now = now.plus(Duration.ofMillis(1_100));
        assertThat(board.ask(0, List.of(HIGH))).isPresent();
    }

    @Test
    void withoutAWorkerNothingIsFree() {
        slots = 0;
        board.join(0, 0);

        assertThat(board.workersThere()).isFalse();
        assertThat(board.ask(0, List.of(HIGH))).isEmpty();
    }

    @Test
    void whatOtherSchedulersHaveOutIsLeftToThemButNeverOurShare() {
        slots = 12;
        for (int partition = 0; partition < 6; partition++) {
            board.join(partition, 0);
        }
        assertThat(board.free()).as("the others have nothing to do").isEqualTo(24);

        elsewhere = 20;
        assertThat(board.free()).as("half of the partitions, half of the places").isEqualTo(12);
    }

    @Test
    void aPartitionThatMovesAwayTakesItsJobsAlong() {
        board.join(0, 2);
        board.join(1, 0);
        assertThat(board.free()).isZero();

        board.leave(0);
        assertThat(board.free()).isEqualTo(2);
    }
}
