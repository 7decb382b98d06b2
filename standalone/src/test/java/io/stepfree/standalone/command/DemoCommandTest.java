package io.stepfree.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.standalone.demo.DemoSite;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, with a whole machine of its own. */
class DemoCommandTest {

    private static final Pattern OWN_REPORT = Pattern.compile("<a href=\"([^\"#:]+\\.html)\"");

    @Test
    void itLeavesAPageAboutAllPagesThatLeadsToTheirOwnAndSaysThatItStops(@TempDir Path folder)
            throws IOException {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit =
                StepfreeCommand.in(new Surroundings(Map.of(), false, folder))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute("demo");

        assertThat(exit).as("%s%s", out, err).isZero();
        var together = folder.toRealPath().resolve("stepfree-reports/report.html");
        assertThat(out.toString().lines())
                .endsWith("All pages together: " + together, "Reports: " + together.getParent());
        assertThat(err.toString().lines()).last().isEqualTo("Stopping ...");
        var html = Files.readString(together);
        assertThat(html).contains("A batch of %d pages".formatted(DemoSite.PAGES.size()));
        assertThat(OWN_REPORT.matcher(html).results().map(link -> link.group(1)).distinct())
                .hasSize(DemoSite.PAGES.size() - DemoSite.MISSING_PAGES)
                .allSatisfy(link -> assertThat(together.resolveSibling(link)).isRegularFile());
    }
}
