package io.stepfree.standalone.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stepfree.reporting.SampleReports;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reports are valid HTML and CSS by the Nu Html Checker of the W3C. It is fetched from npm once, as
 * what is on Maven Central is of 2020, and kept in {@code target/npm}; it runs on Java, without a
 * network.
 */
class ValidReportsTest {

    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration CHECK_TIMEOUT = Duration.ofMinutes(2);

    private final Path folder =
            Path.of(
                    Objects.requireNonNull(System.getProperty("stepfree.root")),
                    "standalone/target/npm");
    private final Path checker = folder.resolve("node_modules/vnu-jar/build/dist/vnu.jar");

    @TempDir private Path reports;

    @Test
    void reportsOfEveryKindAreValid() throws Exception {
        install();
        for (var report : SampleReports.all().entrySet()) {
            Files.writeString(reports.resolve(report.getKey() + ".html"), report.getValue());
        }
        assertThat(errors()).isEmpty();

        Files.writeString(reports.resolve("bad.html"), "<!doctype html><p><li>No title");
        assertThat(errors()).as("what is not valid is noticed").isNotEmpty();
    }

    /** What is wrong with any file in the folder. What only is unusual is not wrong. */
    private List<String> errors() throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-jar",
                                checker.toString(),
                                "--format",
                                "json",
                                "--stdout",
                                "--exit-zero-always"));
        try (var files = Files.list(reports)) {
            files.map(Path::toString).sorted().forEach(command::add);
        }
        var answer = JsonMapper.shared().readTree(run(CHECK_TIMEOUT, command));
        return answer.path("messages")
                .valueStream()
                .filter(message -> !message.path("type").asString().equals("info"))
                .map(JsonNode::toString)
                .toList();
    }

    private void install() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean unchanged = true;
        for (String file : List.of("package.json", "package-lock.json")) {
            byte[] content = resource(file);
            Path target = folder.resolve(file);
            unchanged &= Files.exists(target) && Arrays.equals(Files.readAllBytes(target), content);
            Files.write(target, content);
        }
        if (unchanged && Files.exists(checker)) {
            return;
        }
        assumeNpm();
        run(
                INSTALL_TIMEOUT,
                List.of(
                        "npm",
                        "ci",
                        "--ignore-scripts",
                        "--prefer-offline",
                        "--no-audit",
                        "--no-fund"));
    }

    /** What the command printed; fails with its error output when it did not succeed. */
    private String run(Duration timeout, List<String> command)
            throws IOException, InterruptedException {
        var output = folder.resolve("output.txt");
        var errors = folder.resolve("errors.txt");
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        boolean ended = process.waitFor(timeout);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        assertThat(ended && process.exitValue() == 0)
                .as("`%s`: %s", String.join(" ", command), Files.readString(errors))
                .isTrue();
        return Files.readString(output);
    }

    /** The reason also goes where it is seen: a skipped test is quiet in Maven's output. */
    private static void assumeNpm() {
        var path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        if (Arrays.stream(path.split(File.pathSeparator))
                .noneMatch(folder -> Files.isExecutable(Path.of(folder, "npm")))) {
            var reason =
                    "skipped: there is no npm on this machine to fetch vnu-jar with; nothing shows that reports are valid HTML";
            // Not closed, since that would close the error output of the whole process.
            new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8)
                    .println("[WARNING] ValidReportsTest " + reason);
            assumeTrue(false, reason);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream stream =
                Objects.requireNonNull(
                        ValidReportsTest.class.getResourceAsStream("/html-checker/" + name))) {
            return stream.readAllBytes();
        }
    }
}
