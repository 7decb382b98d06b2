package io.stepfree.standalone.command;

import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.printing.Printable;
import io.stepfree.standalone.printing.ReportText;
import java.io.PrintWriter;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how several scans go on: a bar on a terminal, otherwise a line for each that has ended.
 * Writes to standard error only, so that standard output stays clean.
 */
final class ProgressDisplay implements Consumer<ScanView>, AutoCloseable {

    private final PrintWriter err;
    private final ReportText text;
    private final int total;
    private final @Nullable ProgressBar bar;
    private int ended;

    private ProgressDisplay(
            PrintWriter err, ReportText text, int total, @Nullable ProgressBar bar) {
        this.err = err;
        this.text = text;
        this.total = total;
        this.bar = bar;
    }

    /** A display for {@code total} scans; of a single one only a long wait is shown. */
    static ProgressDisplay of(boolean terminal, PrintWriter err, ReportText text, int total) {
        var bar = terminal && total > 1 ? TerminalBar.on(System.err, "Scanning", total) : null;
        return new ProgressDisplay(err, text, total, bar);
    }

    @Override
    public void accept(ScanView scan) {
        ended++;
        if (bar != null) {
            bar.step();
        } else if (total > 1) {
            err.println("[%d/%d] %s".formatted(ended, total, text.progress(scan)));
            err.flush();
        }
    }

    /** Tells that nothing has changed for long. */
    void stillWaiting(String sentence) {
        if (bar != null) {
            // The bar's own line stays as it is; it goes on below.
            err.println();
        }
        err.println(Printable.line(sentence));
        err.flush();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
