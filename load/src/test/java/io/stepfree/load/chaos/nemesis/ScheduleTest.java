package io.stepfree.load.chaos.nemesis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScheduleTest {

    private static final Duration LONG = Duration.ofMinutes(40);
    private static final Duration PAUSE = Duration.ofSeconds(15);

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(Schedule.drawn(7, LONG, PAUSE)).isEqualTo(Schedule.drawn(7, LONG, PAUSE));
        assertThat(Schedule.drawn(7, LONG, PAUSE)).isNotEqualTo(Schedule.drawn(8, LONG, PAUSE));
    }

    @Test
    void aLongRunHasAHundredKillsOfEverythingThereIs() {
        Schedule schedule = Schedule.drawn(1, LONG, PAUSE);

        assertThat(schedule.kills()).isGreaterThanOrEqualTo(100);
        Set<Target> killed =
                schedule.steps().stream()
                        .flatMap(step -> step.faults().stream())
                        .filter(Fault::kills)
                        .map(Fault::target)
                        .collect(Collectors.toSet());
        assertThat(killed)
                .contains(
                        Target.GATEWAY,
                        Target.SCHEDULER,
                        Target.WORKER_1,
                        Target.WORKER_2,
                        Target.CHROMEDRIVER,
                        Target.CHROME,
                        Target.REPORTS,
                        Target.DEAD_LETTERS,
                        Target.BROKER,
                        Target.DATABASE);
    }

    @Test
    void someFaultsComeTwoAtOnce() {
        assertThat(Schedule.drawn(1, LONG, PAUSE).steps())
                .anySatisfy(step -> assertThat(step.faults()).hasSize(2));
    }

    @Test
    void locksAndSessionsAreOutlived() {
        assertThat(
                        Schedule.drawn(1, LONG, PAUSE).steps().stream()
                                .flatMap(step -> step.faults().stream())
                                .filter(fault -> fault.kind() == FaultKind.FREEZE)
                                .toList())
                .anySatisfy(fault -> {
                    assertThat(fault.target()).isIn(Target.WORKER_1, Target.WORKER_2);
                    assertThat(fault.lasting()).isGreaterThan(Duration.ofSeconds(30));
                })
                .anySatisfy(fault -> {
                    assertThat(fault.target()).isEqualTo(Target.SCHEDULER);
                    assertThat(fault.lasting()).isGreaterThan(Duration.ofSeconds(10));
                });
    }

    @ParameterizedTest
    @EnumSource
    void eachPlantedBugHasWhatBringsItToLight(Bug bug) {
        assertThat(Schedule.against(bug).steps()).isNotEmpty();
        assertThat(Bug.named(bug.text())).contains(bug);
    }
}
