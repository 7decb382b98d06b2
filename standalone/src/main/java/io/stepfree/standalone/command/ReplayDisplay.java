package io.stepfree.standalone.command;

import io.stepfree.standalone.client.ReplayView;
import io.stepfree.standalone.printing.Printable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows how a replay goes on: a bar on a terminal, otherwise a line when its state changes, and one
 * every few seconds while its numbers do. Writes to standard error only.
 */
final class ReplayDisplay implements AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final @Nullable PrintStream terminal;
    private final PrintWriter err;
    private @Nullable ProgressBar bar;
    private String state = "";
    private String standing = "";
    private long told;

    /**
     * @param terminal where a bar can be drawn; null where nobody would see it
     */
    ReplayDisplay(@Nullable PrintStream terminal, PrintWriter err) {
        this.terminal = terminal;
        this.err = err;
    }

    /** One on this process's terminal, if it has one. */
    static ReplayDisplay of(boolean terminal, PrintWriter err) {
        return new ReplayDisplay(terminal ? System.err : null, err);
    }

    void show(ReplayView replay) {
        if (terminal == null) {
            tell(replay);
        } else if (replay.chosen() != null && replay.going() > 0) {
            draw(replay, terminal);
        }
    }

    private void draw(ReplayView replay, PrintStream terminal) {
        if (bar == null) {
            bar = TerminalBar.on(terminal, "Replaying", replay.going());
        }
        bar.maxHint(replay.going());
        bar.stepTo(replay.ended());
        bar.setExtraMessage(
                " %s, %d went, %d died again"
                        .formatted(
                                replay.state().replace('_', ' '),
                                replay.published(),
                                replay.diedAgain()));
    }

    private void tell(ReplayView replay) {
        long now = System.nanoTime();
        boolean moved = !replay.state().equals(state);
        boolean counted =
                !replay.standing().equals(standing) && now - told > BETWEEN_LINES.toNanos();
        if (replay.goesOn() && (moved || counted)) {
            state = replay.state();
            standing = replay.standing();
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
