package io.stepfree.printing;

import io.stepfree.platform.process.BrowserFolder;
import io.stepfree.reporting.format.Printer;
import io.stepfree.reporting.format.PrintingException;
import io.stepfree.reporting.format.PrintingException.Reason;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Prints with a browser of its own for each document, which has no network and is gone afterwards
 * with all it left. So many are printed at once as may be, the others wait a while. Thread-safe.
 */
public final class ChromePrinter implements Printer {

    private final PrintingBrowser browser;
    private final PrintLimits limits;
    private final Semaphore turns;

    public ChromePrinter(PrintingBrowser browser, PrintLimits limits) {
        this.browser = browser;
        this.limits = limits;
        this.turns = new Semaphore(limits.atOnce(), true);
    }

    @Override
    public void print(Html page, Instant at, OutputStream out) throws IOException {
        try (var folder = BrowserFolder.create()) {
            Path document = folder.path().resolve("document.pdf");
            take();
            try {
                make(page, at, folder, document);
            } finally {
                turns.release();
            }
            // Whoever takes it slowly keeps nobody from printing.
            Files.copy(document, out);
        }
    }

    private void take() throws IOException {
        try {
            if (!turns.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PrintingException(
                        Reason.BUSY,
                        "As many documents are printed at once as may be, %d, and none was done within %d s"
                                .formatted(limits.atOnce(), limits.patience().toSeconds()));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to print");
        }
    }

    private void make(Html page, Instant at, BrowserFolder folder, Path document)
            throws IOException {
        Path html = folder.path().resolve("page.html");
        try (var file =
                new BufferedOutputStream(
                        new BoundedOutput(Files.newOutputStream(html), limits.htmlBytes()))) {
            page.writeTo(file);
        }
        Path printed = browser.print(html, folder, limits);
        Files.delete(html);
        AccessiblePdf.write(printed, at, document, folder.path());
        Files.delete(printed);
    }
}
