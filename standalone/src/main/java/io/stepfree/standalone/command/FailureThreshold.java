package io.stepfree.standalone.command;

import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.printing.PageReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * How bad it may be before a command fails, for builds that cannot mend everything at once. It only
 * says which violations count: a page that was not seen, or not wholly, fails whatever is chosen
 * here. A rule counts by its own impact, and one whose impact the engine does not know always.
 */
final class FailureThreshold {

    /** The mildest first. */
    private static final List<String> IMPACTS = List.of("minor", "moderate", "serious", "critical");

    private @Spec(Spec.Target.MIXEE) @Nullable CommandSpec spec;
    private boolean chosen;
    private int mildest;
    private int most;

    /** The names of the impacts. */
    static final class Impacts extends ArrayList<String> {
        Impacts() {
            super(IMPACTS);
        }
    }

    @Option(
            names = "--fail-on",
            paramLabel = "IMPACT",
            completionCandidates = Impacts.class,
            description =
                    "The mildest impact that fails: ${COMPLETION-CANDIDATES}; minor when not given, so that any violation does.")
    void failOn(String impact) {
        mildest = IMPACTS.indexOf(impact);
        if (mildest < 0) {
            throw wrong("--fail-on", NearestWords.refusal(impact, IMPACTS));
        }
        chosen = true;
    }

    @Option(
            names = "--max-violations",
            paramLabel = "N",
            description =
                    "In how many places, all pages together, there may be such violations without failing; 0 when not given.")
    void maxViolations(int number) {
        if (number < 0) {
            throw wrong("--max-violations", "%d is less than 0".formatted(number));
        }
        most = number;
        chosen = true;
    }

    /** Whether there are more violations than there may be. */
    boolean isExceeded(List<ScanView> scans) {
        return counted(scans) > most;
    }

    /** What it came to, in a sentence; empty when nothing was chosen. */
    Optional<String> sentence(List<ScanView> scans) {
        if (!chosen) {
            return Optional.empty();
        }
        long counted = counted(scans);
        return Optional.of(
                "%s: %,d %s%s, %s."
                        .formatted(
                                counted > most ? "Above the threshold" : "Within the threshold",
                                counted,
                                counted == 1 ? "violation" : "violations",
                                mildest == 0
                                        ? ""
                                        : " of impact %s".formatted(IMPACTS.get(mildest))
                                                + (mildest == IMPACTS.size() - 1
                                                        ? ""
                                                        : " or worse"),
                                most == 0 ? "none may be" : "at most %,d may be".formatted(most)));
    }

    private long counted(List<ScanView> scans) {
        return scans.stream()
                .map(ScanView::report)
                .filter(Objects::nonNull)
                .map(PageReport::of)
                .flatMap(report -> report.violations().stream())
                .filter(this::counts)
                .mapToLong(PageReport.Finding::nodeCount)
                .sum();
    }

    private boolean counts(PageReport.Finding finding) {
        int impact = IMPACTS.indexOf(finding.impact());
        return impact < 0 || impact >= mildest;
    }

    private ParameterException wrong(String option, String message) {
        return new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "Invalid value for option '%s': %s".formatted(option, message));
    }
}
