package io.stepfree.reports.publication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.page.HtmlPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
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
    void whatIsRemovedIsTheReportAndTheFoldersThatItLeavesEmpty() throws IOException {
        var one = files().write(document("scan-1"));
        var other = files().write(document("scan-2"));
        Files.writeString(one.html().resolveSibling("report.html.part"), "half of it");
        assertThat(files().remove("scan-1", one.html(), one.json())).isEqualTo(2);
        assertThat(one.html().getParent()).doesNotExist();
        assertThat(other.html()).exists();

        assertThat(files().remove("scan-1", one.html(), one.json())).as("again").isEqualTo(2);
        assertThat(files().remove("scan-2", other.html(), other.json())).isEqualTo(2);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void whatIsNoReportOfTheScanIsNotTouched() throws IOException {
        var other = files().write(document("scan-2"));
        var foreign = Files.writeString(directory.resolve("report.html"), "not ours");
        assertThat(files().remove("scan-1", other.html(), other.json())).isZero();
        assertThat(files().remove("scan-1", foreign, directory.resolve("passwd"))).isZero();
        assertThat(other.html()).exists();
        assertThat(foreign).exists();
    }

    @Test
    void filesOfScansAreFoundAndRemovedWhateverTheDay() throws IOException {
        var written = files().write(document("scan-1"));
        var kept = files().write(document("scan-2"));
        var earlier = Files.createDirectories(directory.resolve("2026-11-20/scan-1"));
        Files.writeString(earlier.resolve("report.html.part"), "half of it");
        assertThat(files().count(Set.of("scan-1"))).isEqualTo(3);
        assertThat(files().removeAll(Set.of("scan-1"))).isEqualTo(3);
        assertThat(files().count(Set.of("scan-1"))).isZero();
        assertThat(written.html()).doesNotExist();
        assertThat(earlier).doesNotExist();
        assertThat(kept.html()).exists();
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
