package io.stepfree.load.startup;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.platform.process.FreePorts;
import io.stepfree.standalone.client.GatewayClient;
import io.stepfree.standalone.client.NewScan;
import io.stepfree.standalone.client.RefusedException;
import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.client.UnreachableException;
import io.stepfree.standalone.machine.Home;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One {@code ./stepfree up}, watched from outside. Whoever starts one must stop it. */
final class RunningStepfree implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration SCAN_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration LEAVING_LIMIT = Duration.ofSeconds(5);
    private static final Duration PROBE_PAUSE = Duration.ofMillis(50);

    private final Process process;
    private final long startedAt;
    private final URI gateway;
    private final String mark;
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Path home;
    private @Nullable GatewayClient client;

    private RunningStepfree(Process process, long startedAt, URI gateway, Path home, Path log) {
        this.process = process;
        this.startedAt = startedAt;
        this.gateway = gateway;
        this.mark = "STEPFREE_HOME=" + home;
        this.log = log;
        this.home = home;
    }

    /* Its key is there as soon as it answers. */
    private GatewayClient client() {
        GatewayClient known = client;
        if (known == null) {
            known = new GatewayClient(gateway, new Home(home).key().orElse(null));
            client = known;
        }
        return known;
    }

    /**
     * Starts it on a free port.
     *
     * @param home the folder of its data
     * @param allowed the target that it may scan although it is private
     */
    static RunningStepfree start(Path root, Path home, String allowed) {
        Path log = home.resolveSibling(home.getFileName() + ".log");
        try {
            int port = FreePorts.one();
            var builder =
                    new ProcessBuilder(
                                    root.resolve("stepfree").toString(),
                                    "up",
                                    "--port",
                                    Integer.toString(port),
                                    "--allow",
                                    allowed)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().put("STEPFREE_HOME", home.toString());
            long now = System.nanoTime();
            return new RunningStepfree(
                    builder.start(), now, URI.create("http://127.0.0.1:" + port), home, log);
        } catch (IOException e) {
            throw new MeasurementException("./stepfree up cannot be started (%s).".formatted(e), e);
        }
    }

    /**
     * Waits until it says that it is up, its health is good, and it has accepted a scan of this
     * page; returns the time from its start until all three were so, and the scan's id.
     */
    Ready awaitReady(String page) throws InterruptedException {
        await(
                READY_LIMIT,
                () -> "was not ready",
                () -> healthy() ? Optional.of(true) : Optional.empty());
        String scanId = await(READY_LIMIT, () -> "accepted no scan", () -> submitted(page));
        await(
                READY_LIMIT,
                () -> "did not say that it is up",
                () -> output().contains("is up") ? Optional.of(true) : Optional.empty());
        return new Ready(Duration.ofNanos(System.nanoTime() - startedAt), scanId);
    }

    record Ready(Duration after, String scanId) {}

    /** Waits until the scan's report is there; returns the time from the start until then. */
    Duration awaitReport(String scanId) throws InterruptedException {
        var newest = new AtomicReference<@Nullable ScanView>();
        ScanView scan =
                await(
                        SCAN_LIMIT,
                        () ->
                                "did not finish its first scan (it stands as %s)"
                                        .formatted(newest.get()),
                        () -> {
                            ScanView now = client().scan(scanId);
                            newest.set(now);
                            return Optional.of(now).filter(ScanView::ended);
                        });
        if (!scan.status().equals("completed")) {
            throw new MeasurementException(
                    "The first scan ended as %s (%s).".formatted(scan.status(), scan.failure()));
        }
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    /** What each of its processes takes now. */
    List<Processes.Footprint> footprints() {
        Set<Long> family = Processes.family(process.pid(), mark);
        return Processes.footprints(family, process.pid());
    }

    /**
     * Stops it as Ctrl-C would and waits until everything is gone; returns how long that took.
     *
     * @throws MeasurementException when something stays; then it is killed
     */
    Duration stop() throws InterruptedException {
        List<ProcessHandle> family = family();
        long begun = System.nanoTime();
        process.destroy();
        if (!process.waitFor(STOP_LIMIT)) {
            close();
            throw new MeasurementException(
                    "./stepfree up did not end within %s of SIGTERM.".formatted(STOP_LIMIT));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        // What watches over its death ends just after it.
        long giveUp = System.nanoTime() + LEAVING_LIMIT.toNanos();
        while (family.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < giveUp) {
            Thread.sleep(PROBE_PAUSE);
        }
        List<String> left =
                family.stream()
                        .filter(ProcessHandle::isAlive)
                        .map(member -> Processes.describe(member.pid()))
                        .toList();
        family.forEach(ProcessHandle::destroyForcibly);
        close();
        if (!left.isEmpty()) {
            throw new MeasurementException("./stepfree up left behind: " + String.join("; ", left));
        }
        return took;
    }

    /** Kills whatever of it still runs. */
    @Override
    public void close() {
        family().forEach(ProcessHandle::destroyForcibly);
        client().close();
        http.close();
    }

    /** Handles know the time a process began, so they never mean another one that got its id. */
    private List<ProcessHandle> family() {
        return Processes.family(process.isAlive() ? process.pid() : -1, mark).stream()
                .flatMap(id -> ProcessHandle.of(id).stream())
                .toList();
    }

    private interface Probe<T> {
        Optional<T> look() throws IOException, InterruptedException;
    }

    private <T> T await(Duration limit, Supplier<String> failure, Probe<T> probe)
            throws InterruptedException {
        long giveUp = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < giveUp) {
            if (!process.isAlive()) {
                throw new MeasurementException(
                        "./stepfree up ended with status %d: %s"
                                .formatted(process.exitValue(), output().strip()));
            }
            try {
                Optional<T> found = probe.look();
                if (found.isPresent()) {
                    return found.get();
                }
            } catch (IOException _) {
                // Not listening yet.
            }
            Thread.sleep(PROBE_PAUSE);
        }
        throw new MeasurementException(
                "./stepfree up %s within %s: %s".formatted(failure.get(), limit, output().strip()));
    }

    private boolean healthy() throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(gateway.resolve("/readyz"))
                        .timeout(Duration.ofSeconds(2))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    }

    private Optional<String> submitted(String page) {
        try {
            return Optional.of(client().submit(new NewScan(page, null, null, OptionalInt.empty())));
        } catch (UnreachableException _) {
            return Optional.empty();
        } catch (RefusedException e) {
            throw new MeasurementException("A scan was refused: " + e.getMessage(), e);
        }
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "";
        }
    }
}
