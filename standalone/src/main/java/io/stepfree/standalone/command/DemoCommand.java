package io.stepfree.standalone.command;

import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.NewScan;
import io.stepfree.standalone.client.ScanRound;
import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.demo.DemoSite;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.MachineSettings;
import io.stepfree.standalone.printing.ReportText;
import io.stepfree.standalone.printing.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what the pipeline does, on a small site that comes with it. */
@Command(
        name = "demo",
        description = {
            "Scans a small bundled site and prints what fails.",
            "",
            "Starts the whole pipeline in a temporary folder and stops it again. One page of the site is missing on purpose: it ends as a dead letter. Exit code 0 says that the pipeline did its work, not that the pages are clean."
        })
final class DemoCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    private @Spec @Nullable CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description =
                    "Where the HTML and JSON reports go, and report.html about all pages together; ./stepfree-reports when not given.")
    private @Nullable Path out;

    @Option(
            names = "--all",
            description = "List every element of a rule, not only the first three.")
    private boolean everyElement;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        var err = Objects.requireNonNull(spec).commandLine().getErr();
        var reports =
                ReportFolder.prepare(
                        out == null ? surroundings.folder().resolve(ReportFolder.DEFAULT) : out);
        var text = new ReportText(surroundings.ink(), everyElement);
        err.println("Starting broker, registry, database, services and the demo site ...");
        err.flush();
        List<ScanView> scans;
        try (var site = DemoSite.start();
                var run =
                        MachineRun.start(
                                MachineSettings.onFreePorts(
                                        Home.temporary(), reports, List.of(site.target())),
                                true,
                                err);
                var gateway = new GatewayClient(run.machine().gateway())) {
            var round = new ScanRound(gateway);
            var pages = site.pages();
            for (var page : pages) {
                round.submit(new NewScan(page.toString(), null, null, OptionalInt.empty()));
            }
            err.println(
                    "Scanning the %d pages of the demo site at %s ..."
                            .formatted(pages.size(), site.address()));
            err.flush();
            try (var progress =
                    ProgressDisplay.of(surroundings.terminal(), err, text, pages.size())) {
                scans = round.await(progress, progress::stillWaiting, run::assureWhole);
            }
            print(scans, text, reports);
            err.println("Stopping ...");
            err.flush();
        }
        return Tally.of(scans).notScanned() == DemoSite.MISSING_PAGES
                ? ExitCode.CLEAN
                : ExitCode.NOT_SCANNED;
    }

    private void print(List<ScanView> scans, ReportText text, Path reports) {
        var output = Objects.requireNonNull(spec).commandLine().getOut();
        output.println();
        for (var scan : scans) {
            text.page(scan).forEach(output::println);
            output.println();
        }
        output.println(text.summary(scans));
        var together = new ReportOutput(surroundings.environment());
        together.format(List.of(ReportFormat.HTML.extension()));
        together.write(scans, reports, id -> ReportFolder.address(id, scans, reports))
                .forEach(file -> output.println("All pages together: " + file));
        output.println("Reports: " + reports);
        output.flush();
    }
}
