package io.stepfree.standalone.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.client.ReplayView;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What somebody sees of a replay that goes on. */
class ReplayDisplayTest {

    private final StringWriter written = new StringWriter();

    @AutoClose
    private final ReplayDisplay display = new ReplayDisplay(null, new PrintWriter(written));

    @Test
    void aNewStateIsALineAndTheSameOneIsNone() {
        display.show(replay("ordered", 0, 0));
        display.show(replay("ordered", 0, 0));
        display.show(replay("waiting_for_canary", 1, 0));
        display.show(replay("running", 2, 1));

        assertThat(written.toString().lines())
                .containsExactly(
                        "ordered",
                        "waiting for canary: 1 of 5 went, 0 completed, 0 died again, 0 cancelled",
                        "running: 2 of 5 went, 1 completed, 0 died again, 0 cancelled");
    }

    @Test
    void numbersThatMoveTooFastToBeReadAreLeftOut() {
        display.show(replay("running", 1, 0));
        display.show(replay("running", 2, 1));

        assertThat(written.toString().lines())
                .containsExactly("running: 1 of 5 went, 0 completed, 0 died again, 0 cancelled");
    }

    @Test
    void theEndIsLeftToWhoeverPrintsIt() {
        display.show(replay("completed", 5, 5));

        assertThat(written.toString()).isEmpty();
    }

    @Test
    void onATerminalItIsABarAndNoLines() {
        var drawn = new ByteArrayOutputStream();
        try (var onTerminal =
                new ReplayDisplay(new PrintStream(drawn, true, UTF_8), new PrintWriter(written))) {
            onTerminal.show(replay("running", 3, 2));
        }

        assertThat(drawn.toString(UTF_8)).contains("Replaying", "40%", "2/5");
        assertThat(written.toString()).isEmpty();
    }

    @Test
    void whatAGatewaySaysStaysOnItsLine() {
        display.stillWaiting("nothing moves\u001b[2J\nfor long");

        assertThat(written.toString().lines()).singleElement().asString().doesNotContain("\u001b");
    }

    private static ReplayView replay(String state, int published, int completed) {
        return new ReplayView(
                "r1",
                state,
                null,
                "request-1",
                "local",
                "",
                Instant.EPOCH,
                null,
                5,
                5 - published,
                published,
                published - completed,
                completed,
                0,
                0,
                Map.of(),
                null,
                null,
                null,
                null,
                null);
    }
}
