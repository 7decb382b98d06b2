package io.stepfree.load.accuracy;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.load.accuracy.Verdicts.Score;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class VerdictsTest {

    private final Cases.Case failing = new Cases.Case("a", "23a2a8", "Image", true, "/a.html");
    private final Cases.Case passing = new Cases.Case("b", "23a2a8", "Image", false, "/b.html");
    private final Verdicts verdicts =
            new Verdicts(Map.of("23a2a8", Set.of("image-alt", "svg-img-alt")));

    @Test
    void aFailureWithAViolationOfAMappedRuleIsFound() {
        assertThat(score(Map.of("a", Set.of("svg-img-alt")))).isEqualTo(new Score(1, 0, 0));
    }

    @Test
    void aFailureWithAViolationOfAnotherRuleIsMissed() {
        assertThat(score(Map.of("a", Set.of("color-contrast")))).isEqualTo(new Score(0, 1, 0));
    }

    @Test
    void aPageThatWasNotScannedIsMissed() {
        assertThat(score(Map.of())).isEqualTo(new Score(0, 1, 0));
    }

    @Test
    void aViolationWhereNoneMustBeIsWronglyFlagged() {
        assertThat(score(Map.of("a", Set.of("image-alt"), "b", Set.of("image-alt"))))
                .isEqualTo(new Score(1, 0, 1));
    }

    @Test
    void whereTwoDoNotAgreeTheCaseIsNamed() {
        assertThat(
                        verdicts.disagreements(
                                List.of(failing, passing),
                                Map.of("a", Set.of("image-alt")),
                                Map.of()))
                .containsExactly("a (Image) is flagged by the worker only, and is a failure");
    }

    @Test
    void theEngineItselfSaysWhichRulesItImplements() {
        assertThat(
                        AccuracyBenchmark.rules(
                                JsonMapper.shared()
                                        .readTree(
                                                """
                                                {"rules":[{"ruleId":"image-alt","actIds":["23a2a8"]},{"ruleId":"svg-img-alt","actIds":["23a2a8","7d6734"]},{"ruleId":"tabindex"}]}
                                                """)))
                .isEqualTo(
                        Map.of(
                                "23a2a8",
                                Set.of("image-alt", "svg-img-alt"),
                                "7d6734",
                                Set.of("svg-img-alt")));
    }

    @Test
    void onlyWhatIsExpectedToFailMustFail() {
        assertThat(
                        Cases.read(
                                        JsonMapper.shared()
                                                .readTree(
                                                        """
                                                        [{"id":"a","rule":"r","ruleName":"R","expected":"failed","path":"/a.html"},
                                                         {"id":"b","rule":"r","ruleName":"R","expected":"inapplicable","path":"/b.html"},
                                                         {"id":"c","rule":"r","ruleName":"R","expected":"passed","path":"/c.html"}]
                                                        """))
                                .stream()
                                .map(Cases.Case::mustFail))
                .containsExactly(true, false, false);
    }

    private Score score(Map<String, Set<String>> violated) {
        return Verdicts.total(verdicts.scores(List.of(failing, passing), violated));
    }
}
