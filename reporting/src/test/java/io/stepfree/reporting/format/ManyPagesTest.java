package io.stepfree.reporting.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.reporting.SamplePages;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.ReportJson;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ten thousand pages take no more memory than a thousand. */
class ManyPagesTest {

    private static final int PAGES = 10_000;
    private static final int FIRST_LOOK = 1_000;

    /** A page alone has ten times as much as JSON; were a hundredth of them kept, it would show. */
    private static final long MOST_GROWTH = 1_500_000;

    /** They do not grow with the pages. */
    private static final Set<ReportFormat> SUMS =
            EnumSet.of(ReportFormat.PROMETHEUS, ReportFormat.OPENACR);

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"HTML", "PDF"})
    void tenThousandPagesTakeNoMoreMemoryThanAThousand(ReportFormat format) throws IOException {
        var out = new Counting();
        var pages = new Generated();
        format.write(pages, out);

        System.out.printf(
                "%s: %,d bytes, %,d of the heap after %,d pages, %,d after %,d%n",
                format, out.bytes, pages.early, FIRST_LOOK, pages.late, PAGES);
        assertThat(pages.late - pages.early).isLessThan(MOST_GROWTH);
        assertThat(out.bytes).isGreaterThan(SUMS.contains(format) ? 0 : PAGES * 500L);
    }

    /** Makes one page after the other, each its own, every tenth of them not seen. */
    private static final class Generated implements ReportedPages {

        private final String json =
                ReportJson.write(SamplePages.ofAllKinds().seen().get(1))
                        .replaceAll("\"data\" : \"[^\"]*\"", "\"data\" : \"\"");
        private long early;
        private long late;

        @Override
        public ReportSubject subject() {
            return new ReportSubject(ReportSubject.Kind.BATCH, "many", "local", SamplePages.TOLD);
        }

        @Override
        public void each(PageVisitor visitor) throws IOException {
            for (int page = 0; page < PAGES; page++) {
                if (page % 10 == 9) {
                    visitor.notSeen(unseen(page));
                } else {
                    visitor.seen(seen(page));
                }
                if (page == FIRST_LOOK) {
                    early = heap();
                }
            }
            late = heap();
        }

        private ReportDocument seen(int page) {
            return ReportJson.read(json.replace("shop.example", "shop-" + page + ".example"));
        }

        private static UnseenPage unseen(int page) {
            return new UnseenPage(
                    SamplePages.scan(page),
                    "https://shop-%d.example/gone".formatted(page),
                    "dead_lettered",
                    "http_error",
                    "The page answered with status 404. ".repeat(10) + page,
                    SamplePages.TOLD);
        }

        private static long heap() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
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
