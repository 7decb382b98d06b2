package io.stepfree.standalone.command;

import io.stepfree.reporting.receipt.Verification;
import io.stepfree.standalone.printing.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

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
            "  4   one has no receipt that could be checked, or is not the JSON of a report,",
            "      and none was changed"
        })
final class VerifyCommand implements Callable<Integer> {

    /** Larger than any report: results are cut at a fraction of it. */
    private static final long LONGEST = 64L << 20;

    private static final String WHAT_TO_GIVE =
            "give the JSON beside the page of one scan: in its folder, report.json or report.HASH.json";

    private final Surroundings surroundings;
    private @Spec @Nullable CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "REPORT",
            description =
                    "The JSON of reports: beside the page of one scan, in its folder, report.json or report.HASH.json.")
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
            Verification verification = verify(surroundings.folder().resolve(file));
            if (verification == null) {
                unreadable = true;
                continue;
            }
            switch (verification) {
                case Verification.Intact intact -> say(file, intact(intact));
                case Verification.Altered(String first) -> {
                    altered = true;
                    say(file, "CHANGED: " + changed(first));
                }
                case Verification.NoReceipt(String reason) -> {
                    unchecked = true;
                    say(file, "cannot be checked: " + reason);
                }
                case Verification.NoReport(String reason) -> {
                    unchecked = true;
                    say(file, "cannot be checked: %s; %s".formatted(reason, WHAT_TO_GIVE));
                }
                case Verification.PageOf page -> {
                    unchecked = true;
                    say(file, "cannot be checked: " + page(page, file));
                }
            }
        }
        output().flush();
        if (unreadable) {
            return ExitCode.USAGE;
        }
        return altered ? ExitCode.VIOLATIONS : unchecked ? ExitCode.NOT_SCANNED : ExitCode.CLEAN;
    }

    private @Nullable Verification verify(Path path) {
        String problem;
        try {
            if (Files.isDirectory(path)) {
                return new Verification.NoReport("it is a folder");
            }
            if (Files.size(path) <= LONGEST) {
                return Verification.of(Files.readString(path));
            }
            problem = "is larger than %d MB, so it is no report".formatted(LONGEST >> 20);
        } catch (CharacterCodingException _) {
            return new Verification.NoReport("it is no text, as a PDF or a picture is none");
        } catch (IOException e) {
            problem = "cannot be read (%s)".formatted(e);
        }
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        err.println("stepfree: " + Printable.line(path + " " + problem));
        err.flush();
        return null;
    }

    private String page(Verification.PageOf page, Path file) {
        String json =
                reportBeside(surroundings.folder().resolve(file), page.scanId())
                        .map(report -> file.resolveSibling(report.getFileName()).toString())
                        .orElse(
                                "the JSON of scan %s beside this page: in its folder, report.json or report.HASH.json"
                                        .formatted(page.scanId()));
        return "it is the page for people, and its receipt is of the JSON that it was written from: check %s, which has to have the receipt %s"
                .formatted(json, page.hash());
    }

    /** The report of a scan as JSON in the folder of its page; empty when it is not one alone. */
    private static Optional<Path> reportBeside(Path page, String scanId) {
        var reports = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(page.resolveSibling(""), "report*.json")) {
            for (Path file : files) {
                if (Files.isRegularFile(file)
                        && Files.size(file) <= LONGEST
                        && scanId.equals(scanId(Files.readString(file)))) {
                    reports.add(file);
                }
            }
        } catch (IOException | DirectoryIteratorException _) {
            return Optional.empty();
        }
        return reports.size() == 1 ? Optional.of(reports.getFirst()) : Optional.empty();
    }

    private static String scanId(String json) {
        try {
            return JsonMapper.shared().readTree(json).path("scanId").asString("");
        } catch (JacksonException _) {
            return "";
        }
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
