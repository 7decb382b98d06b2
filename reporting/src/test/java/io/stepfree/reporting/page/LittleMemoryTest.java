package io.stepfree.reporting.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SampleBatch;
import io.stepfree.reporting.SampleOverlays;
import io.stepfree.reporting.SampleResults;
import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportDocument.Finding;
import io.stepfree.reporting.document.ReportDocument.Node;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes large reports in a process of its own whose whole heap is as small as is said here. */
class LittleMemoryTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir private Path folder;

    @Test
    void tenThousandPagesAndTwiceAsManyNeedTheSame() throws Exception {
        assertThat(bytesWritten("32m", "batch", 10_000)).isGreaterThan(6_000_000);
        assertThat(bytesWritten("32m", "batch", 20_000)).isGreaterThan(12_000_000);
    }

    @Test
    void aPageOfFiveThousandFindingsNeedsNoMoreThan64Megabytes() throws Exception {
        assertThat(bytesWritten("64m", "page", 5_000)).isGreaterThan(5_000_000);
    }

    private long bytesWritten(String heap, String what, int many) throws Exception {
        var output = folder.resolve("output.txt");
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx" + heap,
                                "-cp",
                                System.getProperty("java.class.path"),
                                LittleMemoryTest.class.getName(),
                                what,
                                Integer.toString(many))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        boolean ended = process.waitFor(PATIENCE);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        var said = Files.readString(output);
        assertThat(ended && process.exitValue() == 0).as(said).isTrue();
        return Long.parseLong(said.lines().toList().getLast());
    }

    /** Writes the report and prints how many bytes it has. */
    static void main(String[] arguments) throws IOException {
        int many = Integer.parseInt(arguments[1]);
        var counting = new Counting();
        if (arguments[0].equals("batch")) {
            new BatchPage().write(SampleOverlays.over(new SampleBatch(many)), counting);
        } else {
            var page = page(many);
            counting.write(new HtmlPage().render(page, SampleOverlays.compared(page)));
        }
        IO.println(counting.bytes);
    }

    private static ReportDocument page(int nodes) {
        var page =
                ReportComposer.compose(SampleResults.judged(Validity.VALID, 38, "scan", "request"));
        var violations = new ArrayList<Finding>();
        for (Finding finding : page.violations()) {
            violations.add(with(finding, nodes / page.violations().size() + 1));
        }
        return new ReportDocument(
                page.schemaVersion(),
                page.scanId(),
                page.requestId(),
                page.client(),
                page.url(),
                page.finalUrl(),
                page.title(),
                page.language(),
                page.httpStatus(),
                page.standard(),
                page.engine(),
                page.browser(),
                page.submittedAt(),
                page.completedAt(),
                page.attempt(),
                page.earlierFailures(),
                page.validity(),
                page.score(),
                page.summary(),
                violations,
                page.needsReview(),
                page.warnings(),
                page.elements(),
                page.cut(),
                page.template(),
                page.timings(),
                page.screenshot(),
                null);
    }

    private static Finding with(Finding finding, int nodes) {
        var many = new ArrayList<Node>();
        for (int node = 0; node < nodes; node++) {
            var like = finding.nodes().get(node % finding.nodes().size());
            many.add(
                    new Node(
                            List.of("main > section:nth-child(%d) > *".formatted(node)),
                            like.html() + "<!-- " + "markup ".repeat(40) + node + " -->",
                            like.summary(),
                            like.impact(),
                            like.fingerprint(),
                            like.contrast(),
                            like.screenshot()));
        }
        return new Finding(
                finding.rule(),
                finding.impact(),
                finding.help(),
                finding.helpUrl(),
                finding.description(),
                finding.successCriteria(),
                finding.tags(),
                nodes,
                many);
    }

    private static final class Counting extends OutputStream {
        private long bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] some, int from, int length) {
            bytes += length;
        }
    }
}
