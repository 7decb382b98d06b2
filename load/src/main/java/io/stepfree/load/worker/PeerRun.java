package io.stepfree.load.worker;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.scanner.NpmFolder;
import io.stepfree.load.scanner.ProcessGroup;
import io.stepfree.load.scanner.Scanners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a peer's whole command over all pages.
 *
 * @param engine the version of its axe-core
 * @param peakBytes the most memory that was seen, of the whole tree
 */
record PeerRun(
        Peer.Findings findings,
        String engine,
        Duration processorTime,
        Duration took,
        long peakBytes,
        int pages) {

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration MEMORY_PAUSE = Duration.ofMillis(500);

    double processorSecondsPerPage() {
        return processorTime.toNanos() / 1e9 / pages;
    }

    double pagesPerSecond() {
        return pages / (took.toNanos() / 1e9);
    }

    /**
     * Runs it.
     *
     * @throws MeasurementException when it cannot be installed or run; the message says why
     */
    static PeerRun of(Peer peer, Path root, Path folder, List<String> urls, List<String> tags)
            throws InterruptedException {
        Path packages = NpmFolder.install(root, peer.name());
        Path output = folder.resolve(peer.name() + ".out");
        Path errors = folder.resolve(peer.name() + ".log");
        try (var group = ProcessGroup.create()) {
            var builder =
                    new ProcessBuilder(
                                    group.joined(
                                            peer.command(
                                                    packages,
                                                    folder,
                                                    Scanners.programs(),
                                                    urls,
                                                    tags)))
                            .directory(folder.toFile())
                            .redirectOutput(output.toFile())
                            .redirectError(errors.toFile());
            // What it leaves behind goes with the measurement's own folder.
            builder.environment().put("TMPDIR", folder.toString());
            long begun = System.nanoTime();
            Process process = builder.start();
            process.getOutputStream().close();
            long peak = 0;
            while (!process.waitFor(MEMORY_PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, group.bytes());
                if (System.nanoTime() - begun > LIMIT.toNanos()) {
                    throw new MeasurementException(
                            "it did not end within %d minutes".formatted(LIMIT.toMinutes()));
                }
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            return new PeerRun(
                    Peer.complete(read(peer, output, errors), urls.size()),
                    peer.engine(packages),
                    group.processorTime(),
                    took,
                    peak,
                    urls.size());
        } catch (IOException e) {
            throw new MeasurementException(e.toString(), e);
        }
    }

    private static Peer.Findings read(Peer peer, Path output, Path errors) throws IOException {
        try {
            return peer.read(Files.readString(output));
        } catch (tools.jackson.core.JacksonException e) {
            String said =
                    Files.readString(errors)
                            .lines()
                            .filter(line -> line.contains("rror"))
                            .findFirst()
                            .orElse("nothing that can be read");
            throw new MeasurementException("it said: " + said.strip(), e);
        }
    }
}
