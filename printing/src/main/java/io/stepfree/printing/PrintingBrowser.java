package io.stepfree.printing;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.process.BrowserFolder;
import io.stepfree.platform.process.ContainedBrowser;
import io.stepfree.platform.process.DeathWatch;
import io.stepfree.platform.process.InstalledPrograms;
import io.stepfree.platform.process.ProcessTree;
import io.stepfree.reporting.format.PrintingException;
import io.stepfree.reporting.format.PrintingException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Chromium that prints: a process for each document, in a session, a folder and a sandbox of
 * its own, under root as nobody. It finds no host and no proxy, and opens no port. Thread-safe.
 *
 * @param program the browser
 * @param sandbox false only where the machine cannot give Chrome its sandbox
 */
public record PrintingBrowser(Path program, boolean sandbox) {

    private static final Logger LOG = LoggerFactory.getLogger(PrintingBrowser.class);

    /** What it is told beside what each browser of ours is. */
    private static final List<String> FLAGS =
            List.of(
                    "--disable-breakpad",
                    // A page that would load something, which ours do not, gets nowhere: no name
                    // has an address.
                    "--host-resolver-rules=MAP * ~NOTFOUND",
                    "--no-pdf-header-footer",
                    "--generate-pdf-document-outline");

    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final Duration DYING = Duration.ofSeconds(5);

    /**
     * Finds it: where the setting says, else in the usual places and on the PATH.
     *
     * @param setting the name of the setting, for the message
     * @param configured its value, empty for none
     * @throws CannotStartException when the setting names no program
     */
    public static Optional<PrintingBrowser> find(
            String setting, String configured, boolean sandbox) {
        if (configured.isBlank()) {
            return InstalledPrograms.browsers()
                    .findFirst()
                    .map(found -> new PrintingBrowser(found, sandbox));
        }
        Path path = Path.of(configured);
        if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
            throw new CannotStartException(
                    "%s is %s, which is not a program that can be run: correct it, or leave it empty to look in the usual places"
                            .formatted(setting, configured));
        }
        return Optional.of(new PrintingBrowser(path, sandbox));
    }

    /**
     * Prints a page and comes back when every process is gone.
     *
     * @param html the page, in the folder
     * @return the document, in the folder, as the browser made it
     */
    Path print(Path html, BrowserFolder folder, PrintLimits limits) throws IOException {
        Path printed = folder.path().resolve("printed.pdf");
        Path log = folder.path().resolve("browser.log");
        // The folder is nobody's but the browser's; what the umask takes from it would be missing.
        Files.setPosixFilePermissions(html, PosixFilePermissions.fromString("rw-r--r--"));
        Process process = start(html, printed, folder, log);
        var tree = new ProcessTree(process.toHandle());
        try (var _ = DeathWatch.over(process.toHandle())) {
            await(process, printed, limits);
        } finally {
            if (!tree.kill(DYING)) {
                LOG.warn("Processes of a browser that printed could not be ended");
            }
        }
        if (!Files.isRegularFile(printed) || Files.size(printed) == 0) {
            LOG.warn("The browser ended without a document; its last words: {}", lastWords(log));
            throw new PrintingException(
                    Reason.FAILED, "The browser that was to print it ended without a document");
        }
        return printed;
    }

    private static void await(Process process, Path printed, PrintLimits limits)
            throws IOException {
        long end = System.nanoTime() + limits.deadline().toNanos();
        try {
            while (!process.waitFor(GLANCE.toMillis(), TimeUnit.MILLISECONDS)) {
                if (Files.exists(printed) && Files.size(printed) > limits.pdfBytes()) {
                    break;
                }
                if (System.nanoTime() - end > 0) {
                    throw new PrintingException(
                            Reason.TOO_LARGE,
                            "To print it takes longer than the %d s that it may"
                                    .formatted(limits.deadline().toSeconds()));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while printing");
        }
        if (Files.exists(printed) && Files.size(printed) > limits.pdfBytes()) {
            throw new PrintingException(
                    Reason.TOO_LARGE,
                    "As a PDF it is longer than the %,d KB that it may be"
                            .formatted(limits.pdfBytes() / 1000));
        }
    }

    private Process start(Path html, Path printed, BrowserFolder folder, Path log)
            throws IOException {
        var command =
                new ArrayList<String>(
                        List.of(program.toString(), ContainedBrowser.headless(program)));
        command.addAll(ContainedBrowser.FLAGS);
        command.addAll(FLAGS);
        if (!sandbox) {
            command.add("--no-sandbox");
        }
        command.add("--user-data-dir=" + folder.path().resolve("profile"));
        command.add("--print-to-pdf=" + printed);
        command.add(html.toUri().toString());
        return ContainedBrowser.in(
                        folder, command, why -> new PrintingException(Reason.NO_BROWSER, why))
                .redirectOutput(log.toFile())
                .start();
    }

    private static String lastWords(Path log) throws IOException {
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            var last = new ArrayDeque<String>();
            lines.forEach(line -> {
                last.add(line);
                if (last.size() > 3) {
                    last.remove();
                }
            });
            return String.join(" / ", last);
        }
    }
}
