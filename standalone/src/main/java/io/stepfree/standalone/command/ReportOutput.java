package io.stepfree.standalone.command;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.printing.ChromePrinter;
import io.stepfree.printing.PrintLimits;
import io.stepfree.printing.PrintingBrowser;
import io.stepfree.reporting.format.Printer;
import io.stepfree.reporting.format.PrintingException;
import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.reporting.page.BatchPage;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.machine.MachineException;
import io.stepfree.standalone.printing.ScannedPages;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.core.exc.JacksonIOException;

/** Writes what was scanned into files for other programs, all pages into one file a format. */
final class ReportOutput {

    /** What the files are called, before the dot. */
    static final String NAME = "report";

    /** In the id of a scan, which names a folder, whatever a server says. */
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9-]");

    private static final String BINARY = "STEPFREE_BROWSER_BINARY";

    /** Whoever prints on a machine of their own may wait for a long document. */
    private static final PrintLimits LIMITS =
            new PrintLimits(1, Duration.ZERO, Duration.ofMinutes(10), 100_000_000L, 500_000_000L);

    private final Map<String, String> environment;
    private final Set<ReportFormat> formats = EnumSet.noneOf(ReportFormat.class);
    private @Spec(Spec.Target.MIXEE) @Nullable CommandSpec spec;

    /**
     * @param environment the environment variables, of which two say which browser prints
     */
    ReportOutput(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The names of the formats. */
    static final class Formats extends ArrayList<String> {
        Formats() {
            super(Arrays.stream(ReportFormat.values()).map(ReportFormat::extension).toList());
        }
    }

    @Option(
            names = "--format",
            split = ",",
            paramLabel = "FORMAT",
            completionCandidates = Formats.class,
            description =
                    "Also write all pages into one file, report.FORMAT in the folder of --out: ${COMPLETION-CANDIDATES}; xml is JUnit's. May be repeated, or be a list with commas.")
    void format(List<String> names) {
        for (String name : names) {
            formats.add(
                    ReportFormat.of(name)
                            .orElseThrow(() ->
                                    new ParameterException(
                                            Objects.requireNonNull(spec).commandLine(),
                                            "Invalid value for option '--format': "
                                                    + (name.equalsIgnoreCase("junit")
                                                            ? "JUnit's format is called xml"
                                                            : NearestWords.refusal(
                                                                    name, new Formats())))));
        }
    }

    /** Whether anything is to be written. */
    boolean isWanted() {
        return !formats.isEmpty();
    }

    /**
     * Looks whether they could be written, before anything is done for them.
     *
     * @throws MachineException when a PDF is wanted and there is no browser to print it
     */
    void assure() {
        if (formats.contains(ReportFormat.PDF) && browser().isEmpty()) {
            throw new MachineException(
                    "No Chromium is on this machine, and --format pdf needs one: install chromium-headless-shell (bin/install-browser does so on Debian and Ubuntu), or name one in STEPFREE_BROWSER_BINARY.");
        }
    }

    private Optional<PrintingBrowser> browser() {
        try {
            return PrintingBrowser.find(
                    BINARY,
                    environment.getOrDefault(BINARY, ""),
                    !"false".equalsIgnoreCase(environment.get("STEPFREE_BROWSER_SANDBOX")));
        } catch (CannotStartException e) {
            throw new MachineException(e.getMessage() + ".", e);
        }
    }

    private Printer printer() {
        return browser()
                .<Printer>map(browser -> new ChromePrinter(browser, LIMITS))
                .orElseGet(Printer::none);
    }

    /**
     * Writes the files, over those of an earlier run, each whole or not at all.
     *
     * @param reports gives the address of a scan's own report, for the page about several
     * @return where they are
     * @throws MachineException when the folder does not take them
     */
    List<Path> write(List<ScanView> scans, Path folder, UnaryOperator<String> reports) {
        var written = new ArrayList<Path>();
        for (ReportFormat format : formats) {
            written.add(write(format, scans, folder, reports));
        }
        return written;
    }

    /**
     * Writes the report of each page that was seen as a page and as JSON into a folder of its own,
     * by day and scan, as a stepfree that scans on this machine does.
     *
     * @return where they are
     * @throws MachineException when the folder does not take them
     */
    List<Path> writeEach(List<ScanView> scans, Path folder, UnaryOperator<String> reports) {
        var written = new ArrayList<Path>();
        for (ScanView scan : scans) {
            if (scan.report() != null) {
                var alone = List.of(scan);
                Path own = ReportFolder.prepare(own(scan, folder));
                written.add(write(ReportFormat.HTML, alone, own, reports));
                written.add(write(ReportFormat.JSON, alone, own, reports));
            }
        }
        return written;
    }

    /** The scans with their reports where {@link #writeEach} leaves them. */
    List<ScanView> placed(List<ScanView> scans, Path folder) {
        return scans.stream()
                .map(scan -> scan.report() == null ? scan : placed(scan, folder))
                .toList();
    }

    private static ScanView placed(ScanView scan, Path folder) {
        Path own = own(scan, folder);
        return scan.reportedIn(
                new ScanView.ReportFiles(
                        file(ReportFormat.HTML, own).toString(),
                        file(ReportFormat.JSON, own).toString()));
    }

    private static Path own(ScanView scan, Path folder) {
        Instant completed = ScannedPages.of(List.of(scan)).subject().at();
        return folder.resolve(LocalDate.ofInstant(completed, ZoneOffset.UTC).toString())
                .resolve(UNSAFE.matcher(scan.id()).replaceAll("_"));
    }

    private static Path file(ReportFormat format, Path folder) {
        return folder.resolve(NAME + "." + format.fileExtension());
    }

    private Path write(
            ReportFormat format, List<ScanView> scans, Path folder, UnaryOperator<String> reports) {
        Path file = file(format, folder);
        try {
            // A temporary file of Java's would be readable by its owner only.
            Path part = folder.resolve(".%s-%s.part".formatted(NAME, UUID.randomUUID()));
            try {
                try (var out =
                        new BufferedOutputStream(
                                Files.newOutputStream(part, StandardOpenOption.CREATE_NEW))) {
                    write(format, scans, ScannedPages.of(scans), reports, out);
                }
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (PrintingException e) {
            throw new MachineException(
                    "%s cannot be written. %s; leave pdf out of --format, or scan fewer pages at once."
                            .formatted(file, e.getMessage()),
                    e);
        } catch (IOException | JacksonIOException e) {
            throw new MachineException(
                    "%s cannot be written (%s); name another folder with --out.".formatted(file, e),
                    e);
        }
        return file;
    }

    private void write(
            ReportFormat format,
            List<ScanView> scans,
            ReportedPages pages,
            UnaryOperator<String> reports,
            OutputStream out)
            throws IOException {
        boolean alone = pages.subject().kind() == ReportSubject.Kind.SCAN;
        if (format == ReportFormat.HTML && !alone) {
            new BatchPage(reports).write(pages, out);
        } else if (format == ReportFormat.JSON && alone) {
            out.write(ScannedPages.report(scans.getFirst()).getBytes(StandardCharsets.UTF_8));
        } else {
            format.write(pages, printer(), out);
        }
    }
}
