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
 * with all it left. So many are printed at once as may be, a few others wait a while, and the rest
 * is refused. Thread-safe.
 */
public final class ChromePrinter implements Printer {

    /** How many may wait for each that is printed; nobody's turn would come to more in time. */
    private static final int WAITING_FOR_EACH = 3;

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
        take();
        boolean held = true;
        try (var folder = BrowserFolder.create()) {
            Path document = folder.path().resolve("document.pdf");
            make(page, at, folder, document);
            turns.release();
            held = false;
            // Whoever takes it slowly keeps nobody from printing.
            Files.copy(document, out);
        } finally {
            if (held) {
                turns.release();
            }
        }
    }

    private void take() throws IOException {
        try {
            // Each who waits holds a whole report in memory.
            boolean tooMany = turns.getQueueLength() >= WAITING_FOR_EACH * limits.atOnce();
            if (tooMany || !turns.tryAcquire(limits.patience().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new PrintingException(
                        Reason.BUSY,
                        tooMany
                                ? "As many documents are printed at once as may be, %d, and enough wait"
                                        .formatted(limits.atOnce())
                                : "As many documents are printed at once as may be, %d, and none was done within %d s"
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
        try {
            AccessiblePdf.write(printed, at, document, folder.path());
        } catch (IOException | RuntimeException e) {
            // Such as one that the browser has not written to its end.
            throw new PrintingException(
                    Reason.FAILED,
                    "What the browser printed is no whole document (%s)".formatted(e));
        }
        Files.delete(printed);
    }
}
