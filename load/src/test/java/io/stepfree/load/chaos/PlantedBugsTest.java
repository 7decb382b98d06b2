package io.stepfree.load.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.chaos.nemesis.Bug;
import io.stepfree.load.measure.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A proof that cannot fail is none: each planted bug turns the clause red that speaks of it. */
@Tag("planted-bugs")
final class PlantedBugsTest {

    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));

    @ParameterizedTest
    @EnumSource
    void itIsFound(Bug bug) throws Exception {
        Outcome outcome =
                new ChaosBenchmark()
                        .with(Map.of("--planted", bug.text()))
                        .run(ROOT, true, System.out);

        System.out.println(outcome.json());
        assertThat(outcome.ok()).isFalse();
        assertThat(outcome.broken())
                .anySatisfy(sentence -> assertThat(clauses(bug)).anyMatch(sentence::startsWith));
    }

    /** The clauses that this bug breaks; one of them must be red. */
    private static List<String> clauses(Bug bug) {
        return switch (bug) {
            case ACKNOWLEDGE_BEFORE_PRODUCE -> List.of("answeredKept");
            case NO_FENCING -> List.of("noLateAttempt", "forwardOnly");
            case SINK_WITHOUT_UNIQUE_KEY -> List.of("oneReportPerResult");
            case SHARE_GROUP_AT_LATEST -> List.of("everyJobTaken");
            case DEAD_LETTER_AFTER_ACKNOWLEDGE -> List.of("deadLettersByteEqual");
        };
    }
}
