package io.stepfree.load.validity;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SamplePages;
import io.stepfree.reporting.format.ReportFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** SARIF as its own validator sees it. */
class SarifValidityTest {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private @TempDir Path folder;

    @Test
    void itsValidatorFindsNoErrorInIt() throws Exception {
        var reports = new ArrayList<Path>();
        for (var pages : SamplePages.ofAnyKind().toList()) {
            Path file = folder.resolve(reports.size() + ".sarif");
            try (var out = Files.newOutputStream(file)) {
                ReportFormat.SARIF.write(pages, out);
            }
            reports.add(file);
        }

        assertThat(errors(reports)).isEmpty();
    }

    @Test
    void itNoticesAResultThatSaysNothing() throws Exception {
        Path file = folder.resolve("broken.sarif");
        try (var out = Files.newOutputStream(file)) {
            ReportFormat.SARIF.write(SamplePages.ofAllKinds(), out);
        }
        var report = JsonMapper.shared().readTree(file.toFile());
        ((ObjectNode) report.at("/runs/0/results/0")).remove("message");
        Files.writeString(file, report.toString());

        assertThat(errors(List.of(file)))
                .singleElement()
                .asString()
                .contains("runs[0].results[0]", "'message' is missing");
    }

    private List<String> errors(List<Path> reports) throws IOException, InterruptedException {
        Path program =
                Validators.packages()
                        .resolve("@microsoft/sarif-multitool-linux")
                        .resolve("Sarif.Multitool");
        // As its install script would do, and scripts of packages do not run here.
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var command = new ArrayList<>(List.of(program.toString(), "validate"));
        reports.forEach(report -> command.add(report.toString()));
        command.addAll(
                List.of("--level", "Error", "--output", folder.resolve("found.sarif").toString()));
        Path log = folder.resolve("validator.log");
        var builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // Else it asks for a library that not every machine has.
        builder.environment().put("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");

        Process validator = builder.start();
        try {
            assertThat(validator.waitFor(LIMIT)).isTrue();
        } finally {
            validator.destroyForcibly().waitFor();
        }
        String said = Files.readString(log);
        assertThat(said)
                .contains(
                        "Done. %d files scanned.".formatted(reports.size()),
                        "Analysis completed successfully");
        return said.lines().filter(line -> line.contains(": error ")).toList();
    }
}
