package io.stepfree.load.chaos.pipeline;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;

/** POSIX signals, of which Java itself sends only two. */
public final class Signals {

    private Signals() {}

    /**
     * Sends a signal to one process; one that is gone is no error.
     *
     * @param signal as STOP or CONT
     */
    public static void send(String signal, long pid) throws InterruptedException {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new MeasurementException("No signal can be sent (%s).".formatted(e), e);
        }
    }
}
