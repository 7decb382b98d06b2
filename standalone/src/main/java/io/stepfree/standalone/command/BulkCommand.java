package io.stepfree.standalone.command;

import io.stepfree.standalone.client.BatchView;
import io.stepfree.standalone.client.BulkBody;
import io.stepfree.standalone.client.BulkRound;
import io.stepfree.standalone.client.BulkView;
import io.stepfree.standalone.printing.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Submits the scans of a file in one request, and waits for their end if asked to. */
@Command(
        name = "bulk",
        description = {
            "Scans many pages through a stepfree that is up: up to 10,000, in one batch.",
            "",
            "FILE has an address in each line; or is named *.csv, with a header and a column url; or *.ndjson or *.jsonl, with a scan as for POST /api/scans in each line; or *.json. What is wrong with a row is told and does not stop the others."
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0   all were accepted; with --wait: and all were scanned",
            "  2   wrong usage, or some rows were refused, which outweighs what follows",
            "  3   something needed could not be reached",
            "  4   with --wait: a page could not be scanned, or was cancelled",
            "Whether pages have violations, their reports tell."
        })
final class BulkCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;
    private @Mixin ServerOption server = new ServerOption();

    @Parameters(paramLabel = "FILE", description = "The pages.")
    private Path file = Path.of("");

    @Option(
            names = "--batch",
            paramLabel = "NAME",
            description = "The batch that the scans are part of; a new one when not given.")
    private @Nullable String batch;

    @Option(
            names = "--wait",
            description = "Show how the batch goes on until all its scans have ended.")
    private boolean wait;

    BulkCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        BulkBody body = read(surroundings.folder().resolve(file));
        try (var gateway = server.client(surroundings)) {
            var round = new BulkRound(gateway);
            if (wait && batch != null) {
                round.note(batch);
            }
            BulkView taken = round.submit(body, batch, this::say);
            print(taken);
            int exitCode = taken.refused() > 0 ? ExitCode.USAGE : ExitCode.CLEAN;
            if (wait && taken.accepted() > 0) {
                BatchView ended = await(round, taken);
                return exitCode == ExitCode.CLEAN ? exitCode(ended) : exitCode;
            }
            return exitCode;
        }
    }

    private BulkBody read(Path path) {
        try {
            if (!Files.isReadable(path) || Files.isDirectory(path)) {
                throw wrong("%s is no file that can be read".formatted(file));
            }
            return BulkBody.of(path);
        } catch (IOException e) {
            throw wrong("%s cannot be read (%s)".formatted(file, e));
        }
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
    }

    private void print(BulkView taken) {
        for (var problem : taken.problems()) {
            err().println("stepfree: row %,d: %s".formatted(problem.row(), Refusal.ofRow(problem)));
        }
        if (taken.problemsLeftOut() > 0) {
            err().println("stepfree: and %,d more rows.".formatted(taken.problemsLeftOut()));
        }
        err().flush();
        output().println(summary(taken));
        output().flush();
    }

    private static String summary(BulkView taken) {
        return taken.batch() == null
                ? "No scan was accepted, %,d refused.".formatted(taken.refused())
                : "Batch %s: %,d accepted, %,d refused."
                        .formatted(taken.batch(), taken.accepted(), taken.refused());
    }

    private BatchView await(BulkRound round, BulkView taken) throws InterruptedException {
        BatchView ended;
        try (var display = BatchDisplay.of(surroundings.terminal(), err(), taken.accepted())) {
            ended = round.await(taken, display::show, display::stillWaiting);
        }
        output().println("Batch %s: %s.".formatted(ended.id(), ended.standing()));
        output().flush();
        return ended;
    }

    /** That of a batch that has ended: what died or was cancelled was not scanned. */
    static int exitCode(BatchView ended) {
        return ended.deadLettered() > 0 || ended.cancelled() > 0
                ? ExitCode.NOT_SCANNED
                : ExitCode.CLEAN;
    }

    private void say(String sentence) {
        err().println(Printable.line(sentence));
        err().flush();
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }
}
