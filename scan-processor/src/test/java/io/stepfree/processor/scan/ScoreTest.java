package io.stepfree.processor.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Finding;
import io.stepfree.schemas.scan.Impact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/score.md, and what holds for every page. */
class ScoreTest {

    @Test
    void aPageWithoutViolationsHas100() {
        assertThat(Score.of(List.of())).isEqualTo(100);
    }

    @Test
    void theExamplesAreRight() {
        assertThat(Score.of(List.of(violation(Impact.CRITICAL, 1)))).isEqualTo(75);
        assertThat(Score.of(List.of(violation(Impact.CRITICAL, 10)))).isEqualTo(60);
        assertThat(Score.of(List.of(violation(Impact.SERIOUS, 100)))).isEqualTo(66);
        assertThat(Score.of(List.of(violation(Impact.MINOR, 1)))).isEqualTo(96);
    }

    @Test
    void theTableInTheDocumentationIsRight() throws IOException {
        String page = Files.readString(Path.of("../docs/score.md"));
        var scores = new TreeSet<Integer>();
        for (MatchResult row :
                Pattern.compile("(?m)^\\| (nothing|.* elements?) \\|.*\\| (\\d+) \\|$")
                        .matcher(page)
                        .results()
                        .toList()) {
            List<Finding> violations =
                    Pattern.compile("(\\w+) on (\\d+) elements?")
                            .matcher(row.group(1))
                            .results()
                            .map(one ->
                                    violation(
                                            Impact.valueOf(one.group(1).toUpperCase(Locale.ROOT)),
                                            Integer.parseInt(one.group(2))))
                            .toList();
            assertThat(Score.of(violations))
                    .as(row.group())
                    .isEqualTo(Integer.parseInt(row.group(2)));
            scores.add(Score.of(violations));
        }
        assertThat(scores).contains(100, 96, 75, 66, 60);
    }

    @Test
    void itNeverRisesWhenSomethingMoreFailsAndStaysFrom0To99() {
        var random = new Random(42);
        List<Impact> impacts = List.of(Impact.values());
        for (int page = 0; page < 500; page++) {
            var violations = new ArrayList<Finding>();
            int score = 100;
            for (int i = 0; i < 30; i++) {
                Impact impact = impacts.get(random.nextInt(impacts.size()));
                violations.add(violation(impact, 1 + random.nextInt(5_000)));
                int next = Score.of(violations);
                assertThat(next).isBetween(0, 99).isLessThanOrEqualTo(score);
                score = next;
            }
        }
    }

    private static Finding violation(Impact impact, int elements) {
        return Finding.newBuilder()
                .setRule("rule")
                .setImpact(impact)
                .setHelp("")
                .setHelpUrl("")
                .setDescription("")
                .setSuccessCriteria(List.of())
                .setTags(List.of())
                .setNodeCount(elements)
                .setNodes(List.of())
                .build();
    }
}
