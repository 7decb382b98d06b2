package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.printing.Samples;
import io.stepfree.standalone.printing.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ExitCodeTest {

    @Test
    void onlyPagesThatWereWhollySeenAndHaveNoViolationsAreClean() {
        assertThat(of(Samples.clean())).isEqualTo(ExitCode.CLEAN);
        assertThat(of(Samples.notWhollySeen())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.clean(), Samples.notWhollySeen())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.dead())).isEqualTo(ExitCode.NOT_SCANNED);
    }

    @Test
    void aPageThatMayBeAnotherOneIsNotClean() {
        assertThat(of(Samples.suspect())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.clean(), Samples.suspect())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.suspect(), Samples.judged())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.suspectWithViolations())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.suspectWithViolations(), Samples.dead()))
                .isEqualTo(ExitCode.NOT_SCANNED);
    }

    @Test
    void aWarningThatIsNotAboutThePageDoesNotMakeItUnseen() {
        assertThat(of(Samples.withoutItsPicture())).isEqualTo(ExitCode.CLEAN);
        assertThat(of(Samples.partial())).isEqualTo(ExitCode.NOT_SCANNED);
        var doubtful = Samples.clean();
        var report = (ObjectNode) Objects.requireNonNull(doubtful.report());
        report.put("validity", "valid");
        assertThat(of(doubtful)).isEqualTo(ExitCode.CLEAN);
        report.put("validity", "a word of a newer server");
        assertThat(of(doubtful)).isEqualTo(ExitCode.NOT_SCANNED);
    }

    @Test
    void whatWasNotWhollySeenOutweighsViolations() {
        assertThat(of(Samples.judged(), Samples.clean())).isEqualTo(ExitCode.VIOLATIONS);
        assertThat(of(Samples.withViolations())).as("partial").isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.notWhollySeen(), Samples.judged())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(Samples.judged(), Samples.dead())).isEqualTo(ExitCode.NOT_SCANNED);
    }

    @Test
    void noThresholdTurnsOneFailureIntoAnother() {
        for (int most : new int[] {0, 5, 1_000}) {
            var threshold = new FailureThreshold();
            threshold.maxViolations(most);
            assertThat(of(threshold, Samples.withViolations()))
                    .as("at most %d", most)
                    .isEqualTo(ExitCode.NOT_SCANNED);
        }
    }

    /** Whoever reads of a code in one place must not read something else in another. */
    @Test
    void theHelpAndTheDocumentationSayTheSameOfWhatWasNotWhollySeen() throws IOException {
        var root = Path.of(Objects.requireNonNull(System.getProperty("stepfree.root")));
        String help =
                Objects.requireNonNull(
                                StepfreeCommand.in(new Surroundings(Map.of(), false, root))
                                        .getSubcommands()
                                        .get("scan"))
                        .getUsageMessage();
        for (String text :
                List.of(
                        help,
                        Files.readString(root.resolve("docs/ci.md")),
                        Files.readString(root.resolve("docs/score.md")))) {
            assertThat(text.replaceAll("\\s+", " ").replace("**", ""))
                    .contains(
                            "could not be scanned, was not wholly seen, or may not be the one that was asked for; this outweighs violations, and no threshold lets it pass");
        }
    }

    @Test
    void aThresholdLetsViolationsPassButNothingThatWasNotSeen() {
        var wide = new FailureThreshold();
        wide.maxViolations(1_000);
        assertThat(of(wide, Samples.judged())).isEqualTo(ExitCode.CLEAN);
        assertThat(of(wide, Samples.judged(), Samples.dead())).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(wide, Samples.judged(), Samples.notWhollySeen()))
                .isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(of(wide, Samples.suspectWithViolations())).isEqualTo(ExitCode.NOT_SCANNED);
    }

    private static int of(ScanView... scans) {
        return of(new FailureThreshold(), scans);
    }

    private static int of(FailureThreshold threshold, ScanView... scans) {
        List<ScanView> all = List.of(scans);
        return ExitCode.of(Tally.of(all), threshold.isExceeded(all));
    }
}
