package io.stepfree.reports.publication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.reports.SampleResults;
import io.stepfree.reports.document.ReportComposer;
import io.stepfree.reports.document.ReportDocument;
import io.stepfree.reports.document.ReportJson;
import io.stepfree.reports.page.HtmlPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {

    @TempDir Path directory;

    @Test
    void aReportLiesUnderItsDayAndItsScan() throws IOException {
        var document = document("0199a1b2-0000-7000-8000-000000000001");
        var places = files().write(document);
        var folder = directory.resolve("2026-11-22/0199a1b2-0000-7000-8000-000000000001");
        assertThat(places)
                .isEqualTo(
                        new ReportFiles.Places(
                                folder.resolve("report.html"), folder.resolve("report.json")));
        assertThat(places.json()).hasContent(ReportJson.write(document));
        try (var left = Files.list(folder)) {
            assertThat(left.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("report.html", "report.json");
        }
    }

    @Test
    void writingAgainGivesTheSameFilesAndRepairsACutOffOne() throws IOException {
        var document = document("scan-1");
        var places = files().write(document);
        var html = Files.readString(places.html());
        Files.writeString(places.html().resolveSibling("report.html.part"), "<!DOCTYPE html><ht");
        files().write(document);
        assertThat(places.html()).hasContent(html);
        assertThat(places.html().resolveSibling("report.html.part")).doesNotExist();
    }

    @Test
    void anIdThatCouldLeadElsewhereDoesNot() throws IOException {
        var places = files().write(document("../../../etc/cron.d/x"));
        var name = UUID.nameUUIDFromBytes("../../../etc/cron.d/x".getBytes(UTF_8)).toString();
        assertThat(places.html())
                .isEqualTo(directory.resolve("2026-11-22").resolve(name).resolve("report.html"));
        assertThat(places.html()).exists();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsRefusedInOneSentence() throws IOException {
        var file = Files.writeString(directory.resolve("taken"), "a file");
        var reports = file.resolve("reports");
        assertThatThrownBy(() -> new ReportFiles(reports, new HtmlPage()))
                .isInstanceOf(ReportDirectoryException.class)
                .hasMessage(
                        "Reports cannot be written to %s (FileSystemException): make it writable or set stepfree.reports.directory to another.",
                        reports);
    }

    private ReportFiles files() {
        return new ReportFiles(directory, new HtmlPage());
    }

    private static ReportDocument document(String scanId) {
        return ReportComposer.compose(SampleResults.rich(scanId, "req-1"));
    }
}
