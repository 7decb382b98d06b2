package io.stepfree.reporting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.reporting.page.BatchPage;
import io.stepfree.reporting.page.HtmlPage;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import io.stepfree.reporting.receipt.Receipts;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reports of every kind as HTML, for whoever has something to ask of all of them. */
public final class SampleReports {

    /** Texts that try to be more than texts: rows O1 to O10 of docs/hostile-inputs.md. */
    public static final List<String> HOSTILE =
            List.of(
                    "\"><img src=x onerror=alert(1)>",
                    "'><svg onload=alert(1)>",
                    "</title></style></script><script>alert(1)</script>\u2028\u2029",
                    "javascript:alert(1)",
                    "data:text/html,<script>alert(1)</script>",
                    "<!channel> <https://evil.example|text>",
                    "=cmd|' /C calc'!A0",
                    "\t@SUM(1+1)\r\n-2+3",
                    "\u001b[31m red\r\nforged line",
                    "nul \u0000 and a lone \ud83d",
                    "safe\u202Efdp.exe \u2066isolated\u2069 zero\u200Bwidth",
                    "{{7*7}} ${7*7} @if(true)x@endif $unsafe{page} !{var x = 1;}");

    private static final String SCAN = "0199a1b2-0000-7000-8000-000000000001";

    private SampleReports() {}

    /** The reports, by a name that can be part of an address. */
    public static Map<String, String> all() throws IOException {
        var reports = new LinkedHashMap<String, String>();
        reports.put("rich", page(SampleResults.rich(SCAN, "req-1")));
        reports.put("clean", page(SampleResults.clean(SCAN, "req-1")));
        reports.put("scored", page(SampleResults.judged(Validity.VALID, 38, SCAN, "req-1")));
        reports.put("suspect", page(SampleResults.judged(Validity.SUSPECT, null, SCAN, "req-1")));
        reports.put("batch", batch(new SampleBatch(120)));
        reports.put("batch-of-many", batch(new SampleBatch(600)));
        reports.put("batch-of-none", batch(new SampleBatch(0)));
        reports.put("batch-of-one", batch(new SampleBatch(1)));
        var known =
                Receipts.given(
                        ReportComposer.compose(
                                SampleResults.judged(Validity.VALID, 38, SCAN, "req-1")),
                        "scan.results-3@1204");
        reports.put("compared", page(known, SampleOverlays.compared(known)));
        reports.put(
                "missed",
                page(
                        known,
                        SampleOverlays.notLookedAtAgain(
                                "missed", "dead_lettered", "It took long.", known)));
        reports.put(
                "decided",
                page(
                        known,
                        SampleOverlays.told(
                                Map.of(
                                        0,
                                        "accepted",
                                        1,
                                        "ignored",
                                        2,
                                        "flickering",
                                        14,
                                        "assigned"))));
        reports.put("first", page(known, SampleOverlays.first()));
        reports.put("batch-compared", batch(SampleOverlays.over(new SampleBatch(120))));
        for (int index = 0; index < HOSTILE.size(); index++) {
            var text = HOSTILE.get(index);
            var hostile = ReportComposer.compose(SampleResults.saying(text, SCAN, "req-1"));
            reports.put(
                    "hostile-" + index,
                    page(
                            Receipts.given(hostile, StorableText.of(text)),
                            SampleOverlays.saying(text, hostile)));
            reports.put("hostile-batch-" + index, batch(saying(text)));
        }
        return reports;
    }

    /** A batch whose every text is the given one. */
    public static ReportedPages saying(String text) {
        return new ReportedPages() {
            @Override
            public ReportSubject subject() {
                return new ReportSubject(
                        ReportSubject.Kind.BATCH, text, text, SampleResults.COMPLETED);
            }

            @Override
            public void each(PageVisitor visitor) throws IOException {
                var page = ReportComposer.compose(SampleResults.saying(text, SCAN, "req-1"));
                visitor.seen(page, SampleOverlays.saying(text, page));
                visitor.seen(page);
                visitor.notSeen(
                        new UnseenPage(
                                text, text, "dead_lettered", text, text, SampleResults.COMPLETED));
                visitor.notSeen(
                        new UnseenPage(text, text, text, text, text, SampleResults.COMPLETED));
            }
        };
    }

    private static String page(ScanResult result) {
        return page(ReportComposer.compose(result), Overlay.NONE);
    }

    private static String page(ReportDocument document, Overlay overlay) {
        return new String(new HtmlPage().render(document, overlay), UTF_8);
    }

    private static String batch(ReportedPages pages) throws IOException {
        var out = new ByteArrayOutputStream();
        new BatchPage().write(pages, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
