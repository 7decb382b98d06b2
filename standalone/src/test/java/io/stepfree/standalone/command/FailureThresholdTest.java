package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.printing.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class FailureThresholdTest {

    /** Five critical places and a moderate one. */
    private static final List<ScanView> SCANS = List.of(Samples.clean(), Samples.withViolations());

    @Command
    private static final class Holder {
        private final @Mixin FailureThreshold threshold = new FailureThreshold();
    }

    @Test
    void anyViolationIsTooManyWhenNothingWasChosen() {
        var threshold = given();
        assertThat(threshold.isExceeded(SCANS)).isTrue();
        assertThat(threshold.isExceeded(List.of(Samples.clean(), Samples.dead()))).isFalse();
        assertThat(threshold.sentence(SCANS)).isEmpty();
    }

    @Test
    void noneIsAThresholdLikeAnyOther() {
        assertThat(given("--max-violations=0").sentence(SCANS))
                .hasValue("Above the threshold: 6 violations, none may be.");
        assertThat(given("--max-violations=0").sentence(List.of(Samples.clean())))
                .hasValue("Within the threshold: 0 violations, none may be.");
    }

    @Test
    void onlyImpactsFromTheChosenOneOnCount() {
        assertThat(given("--fail-on=critical").sentence(SCANS))
                .hasValue("Above the threshold: 5 violations of impact critical, none may be.");
        assertThat(given("--fail-on=moderate", "--max-violations=6").sentence(SCANS))
                .hasValue(
                        "Within the threshold: 6 violations of impact moderate or worse, at most 6 may be.");
        assertThat(given("--fail-on", "moderate", "--max-violations", "5").isExceeded(SCANS))
                .isTrue();
        assertThat(given("--max-violations=1234").sentence(SCANS))
                .hasValue("Within the threshold: 6 violations, at most 1,234 may be.");
    }

    @Test
    void whatHasNoImpactThatIsKnownAlwaysCounts() {
        assertThat(given("--fail-on=critical").isExceeded(List.of(Samples.unrated()))).isTrue();
    }

    @Test
    void whatCannotBeIsRefusedWithWhatCan() {
        assertThatThrownBy(() -> given("--fail-on=blocker"))
                .hasMessageContaining(
                        "Invalid value for option '--fail-on': 'blocker' is none of minor, moderate, serious, critical");
        assertThatThrownBy(() -> given("--fail-on=Serious"))
                .hasMessageContaining("critical; did you mean serious?");
        assertThatThrownBy(() -> given("--max-violations=-1"))
                .hasMessageContaining(
                        "Invalid value for option '--max-violations': -1 is less than 0");
    }

    private static FailureThreshold given(String... arguments) {
        var holder = new Holder();
        new CommandLine(holder).parseArgs(arguments);
        return holder.threshold;
    }
}
