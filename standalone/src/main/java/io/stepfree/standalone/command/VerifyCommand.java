package io.stepfree.standalone.command;

import io.stepfree.reporting.receipt.Verification;
import io.stepfree.standalone.printing.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds reports against their receipts. */
@Command(
        name = "verify",
        description = {
            "Tells whether reports are as they were written. Needs no stepfree that is up, and no network.",
            "",
            "A receipt is a chain of hashes and no signature: it shows what was changed by accident or in passing. Compare the last hash with one that was kept elsewhere to be sure."
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0   all are as they were written",
            "  1   one was changed",
            "  2   wrong usage, or a file cannot be read",
            "  4   one has no receipt that could be checked, and none was changed"
        })
final class VerifyCommand implements Callable<Integer> {

    /** Larger than any report: results are cut at a fraction of it. */
    private static final long LONGEST = 64L << 20;

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "REPORT",
            description = "Reports as JSON, such as report.json.")
    private List<Path> files = List.of();

    VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        boolean altered = false;
        boolean unchecked = false;
        boolean unreadable = false;
        for (Path file : files) {
            String json = read(surroundings.folder().resolve(file));
            if (json == null) {
                unreadable = true;
                continue;
            }
            switch (Verification.of(json)) {
                case Verification.Intact intact -> say(file, intact(intact));
                case Verification.Altered(String first) -> {
                    altered = true;
                    say(file, "CHANGED: " + changed(first));
                }
                case Verification.NoReceipt(String reason) -> {
                    unchecked = true;
                    say(file, "cannot be checked: " + reason);
                }
            }
        }
        output().flush();
        if (unreadable) {
            return ExitCode.USAGE;
        }
        return altered ? ExitCode.VIOLATIONS : unchecked ? ExitCode.NOT_SCANNED : ExitCode.CLEAN;
    }

    private @Nullable String read(Path path) {
        String problem;
        try {
            if (Files.size(path) <= LONGEST) {
                return Files.readString(path);
            }
            problem = "is larger than %d MB, so it is no report".formatted(LONGEST >> 20);
        } catch (IOException e) {
            problem = "cannot be read (%s)".formatted(e);
        }
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        err.println("stepfree: " + Printable.line(path + " " + problem));
        err.flush();
        return null;
    }

    private static String intact(Verification.Intact intact) {
        return "as it was written: scan %s of %s, from %s, receipt %s"
                .formatted(intact.scanId(), intact.finalUrl(), intact.ledger(), intact.hash());
    }

    private static String changed(String first) {
        return switch (first) {
            case "ledger" -> "the receipt does not fit where it says that the result lies";
            case "engine" -> "the engine is not the one of the receipt";
            case "browser" -> "the browser is not the one of the receipt";
            case "page" -> "what was seen of the page is not what the receipt is of";
            case "result" -> "something that the report says is not what the receipt is of";
            default -> "something in the receipt itself is not as it was written";
        };
    }

    private void say(Path file, String sentence) {
        output().println(Printable.line("%s: %s".formatted(file, sentence)));
    }

    private PrintWriter output() {
        return Objects.requireNonNull(spec).commandLine().getOut();
    }
}
