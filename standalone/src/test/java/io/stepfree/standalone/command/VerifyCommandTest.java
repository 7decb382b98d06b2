package io.stepfree.standalone.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.receipt.Receipts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    @BeforeEach
    void writeReports() throws IOException {
        var bare = ReportComposer.compose(SampleResults.rich("scan-1", "request-1"));
        String whole = ReportJson.write(Receipts.given(bare, "scan.results-3@1204"));
        Files.writeString(folder.resolve("whole.json"), whole);
        Files.writeString(folder.resolve("changed.json"), whole.replace("57 places", "7 places"));
        Files.writeString(folder.resolve("old.json"), ReportJson.write(bare));
    }

    @Test
    void aReportAsItWasWrittenPasses() {
        assertThat(verify("whole.json")).isEqualTo(ExitCode.CLEAN);
        assertThat(out.toString())
                .startsWith("whole.json: as it was written: scan scan-1 of https://shop.example/")
                .contains(", from scan.results-3@1204, receipt ");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aChangedOneFailsWhateverTheOthersAre() {
        assertThat(verify("whole.json", "changed.json", "old.json")).isEqualTo(ExitCode.VIOLATIONS);
        assertThat(out.toString().lines())
                .hasSize(3)
                .contains(
                        "changed.json: CHANGED: something that the report says is not what the receipt is of",
                        "old.json: cannot be checked: it has no receipt: it was taken out, or the report was made before there were any");
    }

    @Test
    void oneWithoutAReceiptIsNotCalledWhole() {
        assertThat(verify("whole.json", "old.json")).isEqualTo(ExitCode.NOT_SCANNED);
    }

    @Test
    void whatIsNotTheJsonOfAReportIsSaidToBeSoWithWhatToGive() throws IOException {
        Files.createDirectory(folder.resolve("day"));
        Files.write(folder.resolve("report.pdf"), "%PDF-1.7\n%âãÏÓ\n".getBytes(ISO_8859_1));
        Files.writeString(folder.resolve("batch.json"), "{\"pages\": []}");
        assertThat(verify("day", "report.pdf", "batch.json")).isEqualTo(ExitCode.NOT_SCANNED);
        String give =
                "; give the JSON beside the page of one scan: in its folder, report.json or report.HASH.json";
        assertThat(out.toString().lines())
                .containsExactly(
                        "day: cannot be checked: it is a folder" + give,
                        "report.pdf: cannot be checked: it is no text, as a PDF or a picture is none"
                                + give,
                        "batch.json: cannot be checked: it is not the report of one scan" + give);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void thePageForPeopleNamesTheOneReportOfItsScanThatLiesBesideIt() throws IOException {
        var report =
                Receipts.given(
                        ReportComposer.compose(SampleResults.rich("scan-1", "request-1")),
                        "scan.results-3@1204");
        Path own = Files.createDirectory(folder.resolve("own"));
        Files.write(own.resolve("report.html"), new HtmlPage().render(report));
        Files.writeString(folder.resolve("report.json"), "[]");

        assertThat(verify("own/report.html")).isEqualTo(ExitCode.NOT_SCANNED);
        assertThat(out.toString())
                .contains(
                        "check the JSON of scan scan-1 beside this page: in its folder, report.json or report.HASH.json, which has to have the receipt ");

        out.getBuffer().setLength(0);
        Files.writeString(own.resolve("report.json"), "[]");
        Files.writeString(own.resolve("report.0a1b.json"), ReportJson.write(report));
        verify("own/report.html");
        assertThat(out.toString())
                .contains(": check own/report.0a1b.json, which has to have the receipt ");

        out.getBuffer().setLength(0);
        Files.writeString(own.resolve("report.json"), ReportJson.write(report));
        verify("own/report.html");
        assertThat(out.toString()).contains("check the JSON of scan scan-1 beside this page");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThat(verify("whole.json", "none.json")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("none.json cannot be read");
        assertThat(out.toString()).contains("whole.json: as it was written");
    }

    private int verify(String... files) {
        var arguments = new ArrayList<>(List.of("verify"));
        arguments.addAll(Arrays.asList(files));
        return StepfreeCommand.in(new Surroundings(Map.of(), false, folder))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
