package io.stepfree.standalone.machine;

import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One child process of the machine. It runs in a session of its own, so that Ctrl-C in the terminal
 * reaches only the parent, which then stops its children in order; should the parent die first, the
 * death watch ends the child. Thread-safe.
 */
final class ChildProcess {

    /** Looks once whether the child does its work; an exception means not yet. */
    interface Probe {
        boolean ready() throws Exception;
    }

    private static final Duration PROBE_PAUSE = Duration.ofMillis(50);
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final String name;
    private final Path log;
    private final DeathWatch deathWatch;
    private final Consumer<String> failed;
    private @Nullable Process process;
    private boolean stopping;

    /**
     * @param name how the child is called in messages
     * @param log where its output goes; what is there is kept
     * @param failed is told in one sentence when the child ends without having been stopped
     */
    ChildProcess(String name, Path log, DeathWatch deathWatch, Consumer<String> failed) {
        this.name = name;
        this.log = log;
        this.deathWatch = deathWatch;
        this.failed = failed;
    }

    /** Starts the command; {@code environment} is added to this process's own. */
    synchronized void start(List<String> command, Map<String, String> environment) {
        if (stopping) {
            throw new MachineException(
                    "%s is not started, the machine is being stopped.".formatted(name));
        }
        var line = new ArrayList<String>();
        if (Files.isExecutable(SETSID)) {
            line.add(SETSID.toString());
        }
        line.addAll(command);
        var builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            var started = builder.start();
            // Known before it is watched, so that it is stopped also when it cannot be watched.
            process = started;
            deathWatch.add(started.pid());
            var _ = started.onExit().thenRun(this::ended);
        } catch (IOException | UncheckedIOException e) {
            throw new MachineException("%s cannot be started (%s).".formatted(name, e), e);
        }
    }

    /**
     * Waits until {@code probe} says ready. Throws {@link MachineException} when the child ends
     * before, or {@code limit} passes.
     */
    void awaitReady(Probe probe, Duration limit) {
        var end = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < end) {
            if (!alive()) {
                throw new MachineException(endedSentence());
            }
            try {
                if (probe.ready()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            } catch (Exception _) {
                // Not yet; a child that never is ready says why in its log.
            }
            try {
                Thread.sleep(PROBE_PAUSE);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        throw new MachineException(
                "%s is not ready after %d s; see %s.".formatted(name, limit.toSeconds(), log));
    }

    synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    synchronized OptionalLong id() {
        return process == null ? OptionalLong.empty() : OptionalLong.of(process.pid());
    }

    /**
     * Ends the child: first by {@code polite}, which asks it to, and after {@code patience} by
     * force. Does nothing when it does not run.
     */
    void stop(Consumer<Process> polite, Duration patience) {
        Process running;
        synchronized (this) {
            stopping = true;
            running = process;
        }
        if (running == null || !running.isAlive()) {
            return;
        }
        polite.accept(running);
        try {
            if (!running.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void ended() {
        synchronized (this) {
            if (stopping) {
                return;
            }
        }
        failed.accept(endedSentence());
    }

    private synchronized String endedSentence() {
        return "%s ended unexpectedly%s; see %s."
                .formatted(
                        name,
                        process == null || process.isAlive()
                                ? ""
                                : " (exit code %d)".formatted(process.exitValue()),
                        log);
    }

    private MachineException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MachineException("The start of %s was interrupted.".formatted(name), e);
    }
}
