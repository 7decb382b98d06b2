package io.stepfree.platform.process;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Ends child processes when our own process dies in whatever way, kill -9 included. A small shell
 * in a session of its own waits at the other end of a pipe; when the pipe breaks, it sends the
 * watched processes SIGTERM and, five seconds later, SIGKILL. Closing it in order ends only the
 * shell.
 *
 * <p>Thread-safe. Needs {@code setsid} (util-linux) and a POSIX shell.
 */
public final class DeathWatch implements AutoCloseable {

    private static final String SCRIPT =
            """
            pids=
            while read -r word; do
              [ "$word" = done ] && exit 0
              pids="$pids $word"
            done
            [ -n "$pids" ] || exit 0
            kill -TERM $pids 2>/dev/null
            for _ in 1 2 3 4 5; do
              sleep 1
              kill -0 $pids 2>/dev/null || exit 0
            done
            kill -KILL $pids 2>/dev/null
            """;

    private final Process shell;
    private final Writer pipe;

    private DeathWatch(Process shell) {
        this.shell = shell;
        this.pipe = new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.UTF_8);
    }

    /** Starts a watch over these processes; more can be added. */
    public static DeathWatch over(ProcessHandle... processes) {
        try {
            var watch =
                    new DeathWatch(
                            new ProcessBuilder(List.of("setsid", "sh", "-c", SCRIPT))
                                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                                    .start());
            for (ProcessHandle process : processes) {
                watch.add(process.pid());
            }
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a watch over child processes", e);
        }
    }

    /** Takes one more process under watch. */
    public synchronized void add(long pid) {
        try {
            pipe.write(pid + "\n");
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the watch over child processes is gone", e);
        }
    }

    /** Ends the watch; the processes are no longer its business. */
    @Override
    public synchronized void close() {
        try (pipe) {
            pipe.write("done\n");
        } catch (IOException _) {
            shell.destroy();
        }
    }
}
