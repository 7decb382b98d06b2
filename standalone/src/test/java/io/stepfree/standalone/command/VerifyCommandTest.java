package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportJson;
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
                        "old.json: cannot be checked: it has no receipt: it was made before there were any");
    }

    @Test
    void oneWithoutAReceiptIsNotCalledWhole() {
        assertThat(verify("whole.json", "old.json")).isEqualTo(ExitCode.NOT_SCANNED);
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
