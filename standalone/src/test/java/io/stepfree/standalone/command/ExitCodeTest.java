package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.printing.Samples;
import io.stepfree.standalone.printing.Tally;
import java.util.List;
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
        assertThat(of(Samples.suspect(), Samples.judged())).isEqualTo(ExitCode.VIOLATIONS);
        assertThat(of(Samples.suspectWithViolations())).isEqualTo(ExitCode.VIOLATIONS);
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
    void violationsOutweighWarningsAndAPageNotScannedOutweighsViolations() {
        assertThat(of(Samples.notWhollySeen(), Samples.withViolations()))
                .isEqualTo(ExitCode.VIOLATIONS);
        assertThat(of(Samples.withViolations(), Samples.dead())).isEqualTo(ExitCode.NOT_SCANNED);
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
