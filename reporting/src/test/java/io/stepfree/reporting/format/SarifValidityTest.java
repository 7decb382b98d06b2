package io.stepfree.reporting.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.stepfree.reporting.SamplePages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SARIF as its own validator sees it. */
class SarifValidityTest {

    private static final String TOOL = "STEPFREE_SARIF_MULTITOOL";

    private @TempDir Path folder;

    static Stream<SamplePages> pages() {
        return Stream.concat(
                Stream.of(SamplePages.ofAllKinds(), new SamplePages("none", List.of(), List.of())),
                HostileTextTest.texts().map(SamplePages::saying));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void itsValidatorFindsNoErrorInIt(SamplePages pages) throws Exception {
        Optional<Path> tool = tool();
        assumeThat(tool)
                .as(
                        "the SARIF validator: npm install @microsoft/sarif-multitool@5.7.0, and %s names the program Sarif.Multitool in it",
                        TOOL)
                .isPresent();
        Path file = folder.resolve("report.sarif");
        Files.writeString(file, ReportFormatTest.text(ReportFormat.SARIF, pages));
        Path log = folder.resolve("validator.log");

        Process validator =
                new ProcessBuilder(
                                tool.orElseThrow().toString(),
                                "validate",
                                file.toString(),
                                "--level",
                                "Error",
                                "--output",
                                folder.resolve("found.sarif").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(validator.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            validator.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(log))
                .contains("Analysis completed successfully")
                .doesNotContain(": error ");
    }

    private static Optional<Path> tool() {
        return Optional.ofNullable(System.getenv(TOOL)).map(Path::of).filter(Files::isExecutable);
    }
}
