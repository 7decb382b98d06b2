package io.stepfree.load.scheduler;

import io.stepfree.load.chaos.pipeline.Pipeline;
import io.stepfree.load.chaos.pipeline.Service;
import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first scheduler of a pipeline as its machine sees it. For one thread. */
final class SchedulerProcess {

    private static final Duration LOOK = Duration.ofSeconds(3);
    private static final Duration LONGEST_REST = Duration.ofMinutes(3);
    private static final Pattern RSS = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");

    private final Pipeline pipeline;

    SchedulerProcess(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Waits until it is done with its stores, which it sorts after a great intake. */
    void rest() throws InterruptedException {
        long end = System.nanoTime() + LONGEST_REST.toNanos();
        Duration before = processorTime();
        while (System.nanoTime() < end) {
            Thread.sleep(LOOK);
            Duration now = processorTime();
            if (now.minus(before).multipliedBy(5).compareTo(LOOK) < 0) {
                return;
            }
            before = now;
        }
    }

    /** Ends it as a power cut would. */
    void kill() {
        process().destroyForcibly();
    }

    /** What it has in memory (RSS). */
    double memoryMegabytes() {
        try {
            String status = Files.readString(Path.of("/proc/%d/status".formatted(process().pid())));
            Matcher resident = RSS.matcher(status);
            if (!resident.find()) {
                throw new MeasurementException("/proc does not tell the scheduler's memory.");
            }
            return Numbers.megabytes(Long.parseLong(resident.group(1)) * 1_024);
        } catch (IOException e) {
            throw new MeasurementException(
                    "The scheduler's memory cannot be read (%s).".formatted(e), e);
        }
    }

    /** What its stores take on the disk. */
    double storesMegabytes() {
        Path stores = pipeline.settings().state().resolve(Service.SCHEDULER.text());
        try (var files = Files.walk(stores)) {
            return Numbers.megabytes(
                    files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum());
        } catch (IOException | UncheckedIOException e) {
            throw new MeasurementException(
                    "The scheduler's stores cannot be read (%s).".formatted(e), e);
        }
    }

    private Duration processorTime() {
        return process()
                .info()
                .totalCpuDuration()
                .orElseThrow(() -> new MeasurementException("The scheduler does not run."));
    }

    private ProcessHandle process() {
        return pipeline.part(Service.SCHEDULER)
                .process()
                .orElseThrow(() -> new MeasurementException("The scheduler does not run."));
    }
}
