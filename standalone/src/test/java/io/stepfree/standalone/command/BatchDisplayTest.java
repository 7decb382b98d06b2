package io.stepfree.standalone.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.client.BatchView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What somebody sees of a batch that goes on. */
class BatchDisplayTest {

    private final StringWriter written = new StringWriter();

    @AutoClose
    private final BatchDisplay display = new BatchDisplay(null, new PrintWriter(written), 5);

    @Test
    void numbersThatMoveTooFastToBeReadAreLeftOut() {
        display.show(batch(5, 1));
        display.show(batch(5, 1));
        display.show(batch(5, 2));

        assertThat(written.toString().lines())
                .containsExactly("1 of 5 ended: 1 completed, 0 could not be scanned, 0 cancelled");
    }

    @Test
    void theEndIsLeftToWhoeverPrintsIt() {
        display.show(batch(5, 5));

        assertThat(written.toString()).isEmpty();
    }

    @Test
    void onATerminalItIsABarOfAllThatAreWaitedFor() {
        var drawn = new ByteArrayOutputStream();
        try (var onTerminal =
                new BatchDisplay(
                        new PrintStream(drawn, true, UTF_8), new PrintWriter(written), 5)) {
            onTerminal.show(batch(3, 2));
        }

        assertThat(drawn.toString(UTF_8)).contains("Scanning", "40%", "2/5");
        assertThat(written.toString()).isEmpty();
    }

    private static BatchView batch(long accepted, long completed) {
        String status = accepted == completed ? "ended" : "open";
        return new BatchView("b", status, accepted, accepted - completed, 0, 0, completed, 0, 0);
    }
}
