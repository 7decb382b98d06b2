package io.stepfree.load.chaos.pipeline;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.platform.process.DeathWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of the pipeline under supervision: when it ends without having been stopped it is
 * started again after a second, as systemd would. Thread-safe.
 */
public final class Part {

    /** Looks once whether the part does its work; an exception means not yet. */
    interface Probe {
        boolean ready() throws Exception;
    }

    private static final Duration RESTART_AFTER = Duration.ofSeconds(1);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(100);
    private static final int LAST_WORDS = 12;
    private static final String SETSID = "/usr/bin/setsid";

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Probe probe;
    private final DeathWatch deathWatch;
    private final ScheduledExecutorService supervisor;
    private @Nullable Process process;
    private boolean held = true;
    private int starts;

    Part(
            String name,
            List<String> command,
            Map<String, String> environment,
            Path log,
            Probe probe,
            DeathWatch deathWatch,
            ScheduledExecutorService supervisor) {
        this.name = name;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.probe = probe;
        this.deathWatch = deathWatch;
        this.supervisor = supervisor;
    }

    public String name() {
        return name;
    }

    /** Where what it says goes, all its lives one after the other. */
    public Path log() {
        return log;
    }

    /** Starts it and from now on keeps it running. */
    public synchronized void start() {
        held = false;
        if (process == null || !process.isAlive()) {
            launch();
        }
    }

    /** Its process, while it runs. */
    public synchronized Optional<ProcessHandle> process() {
        return Optional.ofNullable(process).filter(Process::isAlive).map(Process::toHandle);
    }

    /** How often it was started. */
    public synchronized int starts() {
        return starts;
    }

    /** From now on it stays down when it ends, until {@link #start()}. */
    public synchronized void hold() {
        held = true;
    }

    /** Whether it does its work now. */
    public boolean ready() throws InterruptedException {
        try {
            return process().isPresent() && probe.ready();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception _) {
            return false;
        }
    }

    /**
     * Waits until it does its work, however often it has to be started for that.
     *
     * @throws MeasurementException when it does not within {@code limit}
     */
    public void awaitReady(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!ready()) {
            if (System.nanoTime() > end) {
                throw new MeasurementException(
                        "%s is not ready after %d s, started %d times; see %s. Its last words:%n%s"
                                .formatted(name, limit.toSeconds(), starts(), log, lastWords()));
            }
            Thread.sleep(PROBE_PAUSE);
        }
    }

    /** Ends it in order, and from now on leaves it down; what does not end in time is killed. */
    public void stop(Duration patience) throws InterruptedException {
        askToStop();
        awaitStopped(patience);
    }

    /** Asks it to end, and from now on leaves it down. */
    synchronized void askToStop() throws InterruptedException {
        held = true;
        if (process != null && process.isAlive()) {
            Signals.send("CONT", process.pid());
            process.destroy();
        }
    }

    /** Waits until it has ended; what does not in time is killed. */
    void awaitStopped(Duration patience) throws InterruptedException {
        Process running;
        synchronized (this) {
            running = process;
        }
        if (running != null && !running.waitFor(patience)) {
            running.destroyForcibly().waitFor();
        }
    }

    /** Ends it at once. */
    void kill() {
        synchronized (this) {
            held = true;
            if (process != null) {
                process.destroyForcibly();
            }
        }
    }

    private synchronized void launch() {
        // A session of its own, so that Ctrl-C in the terminal reaches only us.
        var line = new ArrayList<>(List.of(SETSID));
        line.addAll(command);
        var builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Process started = builder.start();
            process = started;
            starts++;
            deathWatch.add(started.pid());
            var _ = started.onExit().thenRun(this::ended);
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be started (%s).".formatted(name, e), e);
        }
    }

    private String lastWords() {
        try {
            List<String> lines =
                    new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
            return String.join(
                    System.lineSeparator(),
                    lines.subList(Math.max(0, lines.size() - LAST_WORDS), lines.size()));
        } catch (IOException e) {
            return "(its log cannot be read: %s)".formatted(e);
        }
    }

    private void ended() {
        if (!supervisor.isShutdown()) {
            var _ =
                    supervisor.schedule(
                            this::again, RESTART_AFTER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void again() {
        if (!held && (process == null || !process.isAlive())) {
            launch();
        }
    }
}
