package io.stepfree.load.chaos.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FoldersTest {

    @TempDir private Path folder;

    @Test
    void aReportThatEndsTooEarlyOrIsOfAnotherScanIsTorn() throws IOException {
        write("whole", "report.json", "{\"scanId\": \"whole\"}");
        write("whole", "report.html", "<html>whole</html>\n");
        write("cut", "report.json", "{\"scanId\": \"cut\"");
        write("cut", "report.html", "<html>cut</ht");
        write("strange", "report.json", "{\"scanId\": \"another\"}");
        write("strange", "report.html", "<html>another</html>");

        write("encoded", "report.1.html.gz", "half of it");
        write("encoded", "report.1.html.br", "half of it");

        assertThat(Folders.torn(folder))
                .containsExactlyInAnyOrder(
                        "day/cut/report.json",
                        "day/cut/report.html",
                        "day/strange/report.json",
                        "day/strange/report.html",
                        "day/encoded/report.1.html.gz",
                        "day/encoded/report.1.html.br");
    }

    private void write(String scanId, String file, String text) throws IOException {
        Path report = folder.resolve("day").resolve(scanId).resolve(file);
        Files.createDirectories(report.getParent());
        Files.writeString(report, text);
    }
}
