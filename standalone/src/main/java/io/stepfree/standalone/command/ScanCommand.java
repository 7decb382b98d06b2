package io.stepfree.standalone.command;

import io.stepfree.gateway.admission.ScanAdmission;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.target.TargetPolicy;
import io.stepfree.platform.target.Verdict;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.ScanRound;
import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.machine.Home;
import io.stepfree.standalone.machine.Logs;
import io.stepfree.standalone.machine.MachineSettings;
import io.stepfree.standalone.machine.Targets;
import io.stepfree.standalone.printing.ReportText;
import io.stepfree.standalone.printing.ScanJson;
import io.stepfree.standalone.printing.Tally;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Scans pages once, through a machine of its own or one that is up. */
@Command(
        name = "scan",
        description = {
            "Scans pages and prints what fails.",
            "",
            "Starts the whole pipeline in a temporary folder and stops it again; with --server it uses one that is up."
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0   every page was wholly seen, and there are no more violations than there",
            "      may be: none, unless --fail-on or --max-violations lets some pass",
            "  1   every page was wholly seen, and there are more violations than there may",
            "      be",
            "  2   wrong usage, or an address that may not be scanned",
            "  3   something needed could not be started or reached",
            "  4   a page could not be scanned, was not wholly seen, or may not be the one",
            "      that was asked for; this outweighs violations, and no threshold lets it",
            "      pass"
        })
final class ScanCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    private @Spec @Nullable CommandSpec spec;
    private final @Mixin ScanOptions options;
    private final @Mixin FailureThreshold threshold = new FailureThreshold();
    private final @Mixin ReportOutput files;

    @Parameters(arity = "1..*", paramLabel = "URL", description = "The pages, http or https.")
    private List<String> urls = List.of();

    @Option(
            names = "--json",
            description = "Print one JSON document (scan-output.schema.json) instead of text.")
    private boolean json;

    @Option(
            names = "--all",
            description = "List every element of a rule, not only the first three.")
    private boolean everyElement;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description =
                    "Where the HTML and JSON reports go, each in a folder by day and scan, and the files of --format; ./stepfree-reports when not given. With --server reports are left here only when it is given.")
    private @Nullable Path out;

    @Option(
            names = "--allow-private",
            description =
                    "Also scan private addresses and unusual ports, such as a server on your own machine. Only for pages you trust.")
    private boolean allowPrivate;

    @Option(
            names = "--server",
            paramLabel = "URL",
            converter = ServerAddress.class,
            description = "Use the stepfree that is up at this address instead of starting one.")
    private @Nullable URI server;

    ScanCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.options = new ScanOptions(surroundings.environment());
        this.files = new ReportOutput(surroundings.environment());
    }

    @Override
    public Integer call() throws InterruptedException {
        files.assure();
        if (server != null) {
            return scanOn(server);
        }
        var allowed = allowPrivate ? Targets.EVERYTHING : List.<String>of();
        if (refused(allowed)) {
            return ExitCode.USAGE;
        }
        var reports = reportFolder();
        err().println("Starting the pipeline ...");
        err().flush();
        var settings = MachineSettings.onFreePorts(Home.temporary(), reports, allowed);
        try (var run = MachineRun.start(settings, true, err());
                var gateway = new GatewayClient(run.machine().gateway())) {
            return scan(gateway, run::assureWhole, reports);
        }
    }

    private Path reportFolder() {
        return ReportFolder.prepare(
                out == null ? surroundings.folder().resolve(ReportFolder.DEFAULT) : out);
    }

    private int scanOn(URI address) throws InterruptedException {
        if (allowPrivate) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    "--allow-private belongs to the stepfree that scans; give it when it is started, not with --server");
        }
        Path folder = out != null || files.isWanted() ? reportFolder() : surroundings.folder();
        Logs.off();
        try (var gateway = surroundings.client(address)) {
            return scan(gateway, () -> {}, folder);
        }
    }

    /** What the gateway is sure to refuse is said at once, and not after a start of ten seconds. */
    private boolean refused(List<String> allowed) {
        var policy = Targets.policy(allowed);
        var refused = false;
        for (var url : urls) {
            if (policy.judgeUrl(url) instanceof Verdict.Refused(String reason)) {
                err().println(
                                "stepfree: "
                                        + Refusal.address(
                                                url,
                                                reason,
                                                "--allow-private scans it all the same"));
                refused = true;
            }
        }
        err().flush();
        return refused || optionsRefused(policy);
    }

    /** By the gateway's own judgement; the options are the same for every address. */
    private boolean optionsRefused(TargetPolicy policy) {
        try {
            new ScanAdmission(policy).admit(options.scan(urls.getFirst()).document());
            return false;
        } catch (ProblemException e) {
            Refusal.print(e.errors(), err());
            return true;
        }
    }

    private int scan(GatewayClient gateway, Runnable trouble, Path folder)
            throws InterruptedException {
        var text = new ReportText(surroundings.ink(), everyElement);
        var round = new ScanRound(gateway);
        for (var url : urls) {
            round.submit(options.scan(url));
        }
        List<ScanView> scans;
        try (var progress = ProgressDisplay.of(surroundings.terminal(), err(), text, urls.size())) {
            scans = round.await(progress, progress::stillWaiting, trouble);
        }
        boolean each = server != null && out != null;
        int exitCode = ExitCode.of(Tally.of(scans), threshold.isExceeded(scans));
        print(each ? files.placed(scans, folder) : scans, text, exitCode);
        var written = new ArrayList<Path>();
        if (each) {
            written.addAll(files.writeEach(scans, folder, id -> address(id, scans, folder)));
        }
        written.addAll(files.write(scans, folder, id -> address(id, scans, folder)));
        written.forEach(file -> err().println("Wrote " + file));
        err().flush();
        return exitCode;
    }

    /** Of a page's own report, as seen from the folder that the reports of this command go to. */
    private String address(String id, List<ScanView> scans, Path folder) {
        if (server != null) {
            return server.resolve("/api/scans/%s/report.html".formatted(id)).toString();
        }
        return ReportFolder.address(id, scans, folder);
    }

    private void print(List<ScanView> scans, ReportText text, int exitCode) {
        var output = output();
        if (json) {
            output.println(ScanJson.of(scans));
        } else {
            for (var scan : scans) {
                text.page(scan).forEach(output::println);
                output.println();
            }
            output.println(text.summary(scans));
            threshold.sentence(scans).ifPresent(output::println);
            text.unseen(scans, exitCode).ifPresent(output::println);
        }
        output.flush();
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
