package io.stepfree.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimetableTest {

    @Test
    void timesGoByTheClocksOfTheZone() {
        assertThat(times("30 3 * * 1-5", "Europe/Zurich", "2026-06-05T00:00:00Z", 2))
                .containsExactly("2026-06-05T01:30:00Z", "2026-06-08T01:30:00Z");
        assertThat(times("30 3 * * 1-5", "America/New_York", "2026-06-05T00:00:00Z", 1))
                .containsExactly("2026-06-05T07:30:00Z");
    }

    @Test
    void aTimeThatClocksLeaveOutIsDueWhenTheyAreSetForward() {
        assertThat(times("30 2 * * *", "Europe/Zurich", "2026-03-27T12:00:00Z", 3))
                .containsExactly(
                        "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(times("0 2 * * *", "Europe/Zurich", "2026-03-28T12:00:00Z", 2))
                .as("the first moment that is left out")
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
        assertThat(times("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", 2))
                .as("a midnight")
                .containsExactly("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z");
    }

    @Test
    void aTimeThatIsNotLeftOutIsNotMoved() {
        assertThat(times("0 3 * * *", "Europe/Zurich", "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z");
        assertThat(times("*/30 * * * *", "Europe/Zurich", "2026-03-29T00:10:00Z", 3))
                .containsExactly(
                        "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z");
        assertThat(times("30 2 1 * *", "Europe/Zurich", "2026-03-28T12:00:00Z", 1))
                .as("of another day")
                .containsExactly("2026-04-01T00:30:00Z");
    }

    @Test
    void aTimeThatComesTwiceIsDueOnce() {
        assertThat(times("30 2 * * *", "Europe/Zurich", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void whatGoesOnByTheMinuteGoesOnInBothHours() {
        assertThat(times("*/30 * * * *", "Europe/Zurich", "2026-10-24T23:40:00Z", 5))
                .containsExactly(
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T01:30:00Z",
                        "2026-10-25T02:00:00Z");
    }

    @Test
    void leapDaysAreWaitedFor() {
        assertThat(times("0 0 29 2 *", "UTC", "2097-01-01T00:00:00Z", 1))
                .as("2100 has none")
                .containsExactly("2104-02-29T00:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({
        "0 3 * * *, PT24H",
        "*/15 * * * *, PT15M",
        "'0,59 * * * *', PT1M",
        "'0,50 0,23 * * *', PT10M",
        "* * * * *, PT1M"
    })
    void howCloseItsTimesComeIsTold(String cron, Duration least) {
        assertThat(Timetable.of(cron, "Europe/Zurich").leastInterval()).isEqualTo(least);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "@daily",
                "61 * * * *",
                "10-5 * * * *",
                "0 0 * * * *",
                "0 0 31 2 *",
                "0 0 L * *",
                "0 0 * *",
                "0 0 * * *\n",
                "0 0 * * FOO"
            })
    void whatNamesNoTimeIsRefused(String cron) {
        assertThatThrownBy(() -> Timetable.of(cron, "UTC"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aZoneIsOneOfTheDatabase() {
        assertThat(List.of("Europe/Zurich", "UTC", "Asia/Kolkata")).allMatch(Timetable::isZone);
        assertThat(List.of("+02:00", "CEST", "Europe/zurich", "")).noneMatch(Timetable::isZone);
    }

    private static List<String> times(String cron, String zone, String from, int many) {
        var timetable = Timetable.of(cron, zone);
        var times = new ArrayList<String>();
        var time = Instant.parse(from);
        for (int i = 0; i < many; i++) {
            time = timetable.next(time).orElseThrow();
            times.add(time.toString());
        }
        return times;
    }
}
