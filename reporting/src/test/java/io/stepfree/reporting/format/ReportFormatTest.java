package io.stepfree.reporting.format;

import io.stepfree.reporting.SamplePages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.*;
import org.junit.jupiter.api.Test;

class ReportFormatTest {
    @Test
    void dump() throws IOException {
        for (var f : ReportFormat.values()) {
            if (f == ReportFormat.HTML) continue;
            var out = new ByteArrayOutputStream();
            f.write(SamplePages.ofAllKinds(), out);
            Files.write(Path.of("/tmp/h/dump." + f.extension()), out.toByteArray());
            out = new ByteArrayOutputStream();
            f.write(
                    SamplePages.saying(
                            "=\"><img onerror> ]]> \u001b[2J\u202e\u2028 {0} [x](javascript:1) \0 \uD83D </script> \r\nX"),
                    out);
            Files.write(Path.of("/tmp/h/hostile." + f.extension()), out.toByteArray());
        }
    }
}
