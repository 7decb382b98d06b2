package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.reporting.format.ReportFormat;
import io.stepfree.standalone.client.ScanView;
import io.stepfree.standalone.machine.MachineException;
import io.stepfree.standalone.printing.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ReportOutputTest {

    private static final List<ScanView> SCANS =
            List.of(Samples.judged(), Samples.clean(), Samples.dead());

    @TempDir private Path folder;

    @Command
    private static final class Holder {
        private final @Mixin ReportOutput output;

        Holder(Map<String, String> environment) {
            this.output = new ReportOutput(environment);
        }
    }

    @Test
    void allPagesAreInOneFileOfEachFormatThoseThatWereNotSeenToo() throws IOException {
        var output = given("--format=sarif,xml", "--format", "ndjson,csv,json,earl,prom");
        assertThat(output.isWanted()).isTrue();
        assertThat(output.write(SCANS, folder, ReportOutputTest::link))
                .hasSize(7)
                .allSatisfy(file ->
                        assertThat(Files.readString(file))
                                .as(file.toString())
                                .containsAnyOf("shop.example", "stepfree_"));
        assertThat(Files.readString(folder.resolve("report.csv")))
                .contains("http://shop.example/gone");
        assertThat(Files.readString(folder.resolve("report.xml"))).contains("<error");
        var run =
                JsonMapper.shared()
                        .readTree(folder.resolve("report.sarif").toFile())
                        .path("runs")
                        .path(0);
        assertThat(run.path("results").size()).isPositive();
        assertThat(run.path("invocations").path(0).path("executionSuccessful").asBoolean(true))
                .isFalse();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing but the reports").hasSize(7);
        }
    }

    @Test
    void onePageThatWasSeenIsAReportOfItsOwn() throws IOException {
        given("--format=json,html")
                .write(List.of(Samples.judged()), folder, ReportOutputTest::link);
        assertThat(
                        JsonMapper.shared()
                                .readTree(folder.resolve("report.json").toFile())
                                .path("scanId")
                                .asString())
                .isNotEmpty();
        assertThat(Files.readString(folder.resolve("report.html"))).startsWith("<!DOCTYPE html>");
    }

    /** A newer server may say more than this program knows, and its receipt is of that, too. */
    @Test
    void theReportOfOnePageKeepsWhatIsNotKnownHere() throws IOException {
        var judged = Samples.judged();
        ((ObjectNode) Objects.requireNonNull(judged.report())).putObject("added").put("later", 1);
        given("--format=json").write(List.of(judged), folder, ReportOutputTest::link);
        assertThat(JsonMapper.shared().readTree(folder.resolve("report.json").toFile()))
                .isEqualTo(judged.report());
    }

    @Test
    void eachPageThatWasSeenHasAReportOfItsOwnThatCanBeVerified() throws IOException {
        var written = given().writeEach(SCANS, folder, ReportOutputTest::link);

        assertThat(written)
                .hasSize(2 * (int) SCANS.stream().filter(one -> one.report() != null).count());
        ScanView seen =
                SCANS.stream().filter(one -> one.report() != null).findFirst().orElseThrow();
        Path own =
                folder.resolve(
                                Objects.requireNonNull(seen.report())
                                        .path("completedAt")
                                        .asString()
                                        .substring(0, 10))
                        .resolve(seen.id());
        assertThat(written).contains(own.resolve("report.html"), own.resolve("report.json"));
        assertThat(JsonMapper.shared().readTree(own.resolve("report.json").toFile()))
                .isEqualTo(seen.report());
    }

    @Test
    void aPageIsSaidToHaveItsReportWhereItWasWritten() throws IOException {
        var output = given();
        var written = output.writeEach(SCANS, folder, ReportOutputTest::link);

        assertThat(
                        output.placed(SCANS, folder).stream()
                                .map(ScanView::reportFiles)
                                .filter(Objects::nonNull)
                                .flatMap(files -> Stream.of(files.html(), files.json())))
                .containsExactlyElementsOf(written.stream().map(Path::toString).toList());
    }

    @Test
    void othersMayReadAFileAsTheyMayAnyNewOne() throws IOException {
        given("--format=csv").write(SCANS, folder, ReportOutputTest::link);
        assertThat(Files.getPosixFilePermissions(folder.resolve("report.csv")))
                .isEqualTo(
                        Files.getPosixFilePermissions(Files.createFile(folder.resolve("other"))));
    }

    @Test
    void thePageAboutSeveralLinksToTheirOwnReports() throws IOException {
        given("--format=html").write(SCANS, folder, ReportOutputTest::link);
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("A batch of 3 pages", "href=\"day/0199-a/report.html\"");
    }

    @Test
    void aPagesOwnReportIsLinkedFromTheFolderThatItIsIn() {
        var dead = Samples.dead();
        var seen =
                new ScanView(
                        "seen",
                        "request",
                        "http://shop.example/",
                        "completed",
                        1,
                        null,
                        Samples.judged().report(),
                        new ScanView.ReportFiles(
                                folder.resolve("2026-12-01/seen/report.html").toString(), null));
        var scans = List.of(seen, dead);

        assertThat(ReportFolder.address("seen", scans, folder))
                .isEqualTo("2026-12-01/seen/report.html");
        assertThat(ReportFolder.address(dead.id(), scans, folder)).isEmpty();
    }

    @Test
    void aSecondRunWritesOverTheFirst() throws IOException {
        var output = given("--format=csv");
        output.write(SCANS, folder, ReportOutputTest::link);
        output.write(List.of(Samples.clean()), folder, ReportOutputTest::link);
        assertThat(Files.readString(folder.resolve("report.csv")))
                .contains("/about")
                .doesNotContain("/gone");
    }

    @Test
    void aPdfIsOfOnePageOrOfSeveral() throws IOException {
        for (var scans : List.of(SCANS, List.of(Samples.judged()))) {
            var output = given("--format=pdf,openacr");
            output.assure();
            assertThat(output.write(scans, folder, ReportOutputTest::link)).hasSize(2);
            assertThat(Files.readString(folder.resolve("report.pdf"), StandardCharsets.ISO_8859_1))
                    .startsWith("%PDF-");
            assertThat(Files.readString(folder.resolve("report.openacr.yaml")))
                    .startsWith("title: ");
        }
    }

    @Test
    void aBrowserThatIsNotThereIsToldBeforeAnythingIsScanned() {
        var holder = new Holder(Map.of("STEPFREE_BROWSER_BINARY", "/nowhere/chrome"));
        new CommandLine(holder).parseArgs("--format=pdf");
        assertThatThrownBy(holder.output::assure)
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("STEPFREE_BROWSER_BINARY is /nowhere/chrome");
        given("--format=csv").assure();
    }

    @Test
    void aFormatThatThereIsNotIsRefusedWithThoseThatThereAre() {
        assertThat(given().isWanted()).isFalse();
        assertThatThrownBy(() -> given("--format=csv,word"))
                .hasMessageContaining(
                        "Invalid value for option '--format': 'word' is none of %s"
                                .formatted(
                                        String.join(
                                                ", ",
                                                Stream.of(ReportFormat.values())
                                                        .map(ReportFormat::extension)
                                                        .toList())));
    }

    @ParameterizedTest
    @CsvSource({
        "junit, JUnit's format is called xml",
        "JSON, did you mean json?",
        "ndjsn, did you mean ndjson?"
    })
    void aFormatThatWasMeantIsNamed(String format, String sentence) {
        assertThatThrownBy(() -> given("--format=" + format)).hasMessageEndingWith(sentence);
    }

    @Test
    void aFolderThatTakesNothingIsNamedWithTheCure() {
        assertThatThrownBy(() ->
                        given("--format=csv")
                                .write(SCANS, folder.resolve("none"), ReportOutputTest::link))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("report.csv cannot be written")
                .hasMessageContaining("--out");
    }

    private static ReportOutput given(String... arguments) {
        var holder = new Holder(Map.of());
        new CommandLine(holder).parseArgs(arguments);
        return holder.output;
    }

    private static String link(String scanId) {
        return "day/%s/report.html".formatted(scanId);
    }
}
