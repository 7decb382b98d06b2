package io.stepfree.load.validity;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleReports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** HTML and CSS by the Nu Html Checker of the W3C, which on Maven Central is of 2020. */
class HtmlValidityTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private @TempDir Path folder;

    @Test
    void reportsOfEveryKindAreValid() throws Exception {
        var reports = new ArrayList<Path>();
        for (var report : SampleReports.all().entrySet()) {
            reports.add(
                    Files.writeString(
                            folder.resolve(report.getKey() + ".html"), report.getValue()));
        }
        assertThat(errors(reports)).isEmpty();
    }

    @Test
    void aPageWithoutATitleIsNoticed() throws Exception {
        Path bad = Files.writeString(folder.resolve("bad.html"), "<!doctype html><p><li>No title");
        assertThat(errors(List.of(bad))).isNotEmpty();
    }

    /** What is wrong with any of them. What only is unusual is not wrong. */
    private List<String> errors(List<Path> reports) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-jar",
                                Validators.packages()
                                        .resolve("vnu-jar/build/dist/vnu.jar")
                                        .toString(),
                                "--format",
                                "json",
                                "--stdout",
                                "--exit-zero-always"));
        reports.forEach(report -> command.add(report.toString()));
        var answer = JsonMapper.shared().readTree(run(command));
        return answer.path("messages")
                .valueStream()
                .filter(message -> !message.path("type").asString().equals("info"))
                .map(JsonNode::toString)
                .toList();
    }

    /** What the command printed; fails with its error output when it did not succeed. */
    private String run(List<String> command) throws IOException, InterruptedException {
        var output = folder.resolve("output.txt");
        var errors = folder.resolve("errors.txt");
        var process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        boolean ended = process.waitFor(LIMIT);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        assertThat(ended && process.exitValue() == 0)
                .as("`%s`: %s", String.join(" ", command), Files.readString(errors))
                .isTrue();
        return Files.readString(output);
    }
}
