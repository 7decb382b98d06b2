package io.stepfree.load.scanner;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.processor.browser.BrowserMissingException;
import io.stepfree.processor.browser.BrowserPrograms;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Starts the two scanners that are held against each other: the worker, and the bare harness with
 * the same engine.
 *
 * @param folder for scripts and logs
 * @param standard what is checked, as a request names it
 * @param tags the same as tags of axe-core's rules
 * @param slots how many pages at once
 */
public record Scanners(Path root, Path folder, String standard, List<String> tags, int slots) {

    /** How long the worker leaves a page alone; who is to find the same must do so too. */
    public static final Duration SETTLE_TIME = WorkerHarness.SETTLE_TIME;

    /** What the worker tells of each rule by default, and the most it can be made to tell. */
    public static final int NODES_PER_RULE = 50;

    public static final int MOST_NODES_PER_RULE = 1_000;

    /** WCAG 2.2 AA as tags, as the worker itself reads wcag22aa. */
    public static final List<String> WCAG22AA =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa");

    /** The widest standard as tags, as the worker itself reads best-practice. */
    public static final List<String> BEST_PRACTICE =
            List.of(
                    "wcag2a",
                    "wcag2aa",
                    "wcag21a",
                    "wcag21aa",
                    "wcag22a",
                    "wcag22aa",
                    "best-practice");

    private static final String AXE = "/axe/axe.min.js";

    public Scanners {
        tags = List.copyOf(tags);
    }

    /** This worker, with its sandbox and all its guards, as a child of its own. */
    public Scanner worker() {
        var command =
                new ArrayList<>(
                        List.of(
                                Objects.requireNonNull(System.getProperty("java.home"))
                                        + "/bin/java"));
        // As ./stepfree starts the service.
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(
                List.of(
                        "-Djava.io.tmpdir=" + temporaryFolder(),
                        "-Dlogback.configurationFile=io/stepfree/load/scanner/logback-worker.xml",
                        "-cp",
                        Objects.requireNonNull(System.getProperty("java.class.path")),
                        WorkerHarness.class.getName(),
                        standard,
                        Integer.toString(slots)));
        return Scanner.start(
                "The worker", command, temporaryFolder(), folder.resolve("worker.log"));
    }

    /** The least that a scan can cost: a bare protocol client with the worker's engine as it is. */
    public Scanner floor() throws InterruptedException {
        Path packages = pages();
        copy("floor.mjs", packages.resolve("floor.mjs"));
        return Scanner.start(
                "The bare harness",
                List.of(
                        NpmFolder.node().toString(),
                        packages.resolve("floor.mjs").toString(),
                        programs().browser().toString(),
                        axe().toString(),
                        String.join(",", tags),
                        Integer.toString(slots)),
                temporaryFolder(),
                folder.resolve("floor.log"));
    }

    /** The folder of the npm packages that the pages, and the bare harness's client, come from. */
    public Path pages() throws InterruptedException {
        return NpmFolder.install(root, "pages");
    }

    /** Finds the browser, which all contenders share. */
    public static BrowserPrograms programs() {
        try {
            return BrowserPrograms.find("", "");
        } catch (BrowserMissingException e) {
            throw new MeasurementException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where the worker has its temporary files, and nobody else. */
    public Path temporaryFolder() {
        Path temporary = folder.resolve("tmp");
        try {
            Files.createDirectories(temporary);
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be made (%s).".formatted(temporary, e), e);
        }
        return temporary;
    }

    /** The worker's own engine as a file. */
    private Path axe() {
        Path file = folder.resolve("axe.min.js");
        copy(AXE, file);
        return file;
    }

    private static void copy(String resource, Path file) {
        try (InputStream stream = Scanners.class.getResourceAsStream(resource)) {
            Files.copy(
                    Objects.requireNonNull(stream, resource),
                    file,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be written (%s).".formatted(file, e), e);
        }
    }
}
