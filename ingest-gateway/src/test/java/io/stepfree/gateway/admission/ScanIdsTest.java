package io.stepfree.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ScanIdsTest {

    private static final Instant NOW = Instant.parse("2026-11-30T08:00:00Z");

    private final ScanIds ids = new ScanIds();

    @Test
    void theRowsOfASeedHaveIdsOfItsMomentThatSortAndAreAllDifferent() {
        UUID seed = ids.next(NOW);

        List<String> all =
                IntStream.range(0, ScanIds.ROWS)
                        .mapToObj(row -> ScanIds.ofRow(seed, row).toString())
                        .toList();

        assertThat(all).isSorted().doesNotHaveDuplicates();
        assertThat(all)
                .allSatisfy(id -> {
                    assertThat(ScanIds.read(id)).hasValue(id);
                    UUID uuid = UUID.fromString(id);
                    assertThat(uuid.version()).isEqualTo(7);
                    assertThat(uuid.variant()).isEqualTo(2);
                    assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
                });
    }

    @Test
    void theIdOfARowIsTheSameAgainAndThatOfAnotherSeedIsNot() {
        UUID seed = ids.next(NOW);

        assertThat(ScanIds.ofRow(seed, 7)).isEqualTo(ScanIds.ofRow(seed, 7));
        assertThat(ScanIds.ofRow(seed, 7)).isNotEqualTo(ScanIds.ofRow(ids.next(NOW), 7));
    }

    @Test
    void theIdOfATimeIsTheSameAgainAndThatOfAnotherTimeOrScheduleIsNot() {
        UUID schedule = ids.next(NOW);
        Instant time = NOW.plusSeconds(86_400);

        UUID id = ScanIds.ofTime(schedule, time);

        assertThat(id).isEqualTo(ScanIds.ofTime(schedule, time));
        assertThat(id)
                .isNotEqualTo(ScanIds.ofTime(schedule, NOW))
                .isNotEqualTo(ScanIds.ofTime(ids.next(NOW), time));
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(time.toEpochMilli());
    }

    @Test
    void thereIsABoundOnRows() {
        UUID seed = ids.next(NOW);

        assertThatThrownBy(() -> ScanIds.ofRow(seed, ScanIds.ROWS))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
