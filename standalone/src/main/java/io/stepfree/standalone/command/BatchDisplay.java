package io.stepfree.standalone.command;

import io.stepfree.standalone.client.BatchView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a batch goes on: a bar on a terminal, otherwise a line every few seconds while its
 * numbers change. Writes to standard error only.
 */
final class BatchDisplay implements AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final @Nullable PrintStream terminal;
    private final PrintWriter err;
    private final long expected;
    private @Nullable ProgressBar bar;
    private String standing = "";
    private long told = System.nanoTime() - BETWEEN_LINES.toNanos();

    /**
     * @param terminal where a bar can be drawn; null where nobody would see it
     * @param expected how many scans are waited for
     */
    BatchDisplay(@Nullable PrintStream terminal, PrintWriter err, long expected) {
        this.terminal = terminal;
        this.err = err;
        this.expected = expected;
    }

    /** One on this process's terminal, if it has one. */
    static BatchDisplay of(boolean terminal, PrintWriter err, long expected) {
        return new BatchDisplay(terminal ? System.err : null, err, expected);
    }

    void show(BatchView batch) {
        if (terminal == null) {
            tell(batch);
        } else {
            draw(batch, terminal);
        }
    }

    private void draw(BatchView batch, PrintStream terminal) {
        long most = Math.max(expected, batch.accepted());
        if (bar == null) {
            bar = TerminalBar.on(terminal, "Scanning", most);
        }
        bar.maxHint(most);
        bar.stepTo(batch.ended());
        bar.setExtraMessage(
                " %d running, %d could not be scanned"
                        .formatted(batch.running(), batch.deadLettered()));
    }

    private void tell(BatchView batch) {
        long now = System.nanoTime();
        if (!batch.standing().equals(standing)
                && batch.status().equals("open")
                && now - told >= BETWEEN_LINES.toNanos()) {
            standing = batch.standing();
            told = now;
            err.println(Printable.line(standing));
            err.flush();
        }
    }

    /** Tells that nothing has changed for long. */
    void stillWaiting(String sentence) {
        if (bar != null) {
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
