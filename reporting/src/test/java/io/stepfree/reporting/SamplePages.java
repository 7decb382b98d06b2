package io.stepfree.reporting;

import io.stepfree.reporting.document.ReportComposer;
import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.OnePage;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.scan.Validity;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pages of a batch as somebody hands them over.
 *
 * @param id the batch
 * @param seen those that come first
 * @param notSeen those that come after them
 */
public record SamplePages(String id, List<ReportDocument> seen, List<UnseenPage> notSeen)
        implements ReportedPages {

    public static final Instant TOLD = Instant.parse("2026-11-22T10:20:00Z");

    /** Texts that try to be more than texts, and one that is long. */
    public static final List<String> HOSTILE =
            List.of(
                    "\"><img src=x onerror=alert(1)>",
                    "</script><script>alert(1)</script>\u2028\u2029",
                    "]]></failure><testcase name=\"made up\"/><!-- -->&amp;&#0;",
                    "javascript:alert(1)",
                    "<!channel> <https://evil.example|text>",
                    "=cmd|' /C calc'!A0",
                    "<a title=';=cmd|calc!A0;'>",
                    "\u001b[31mred\u001b]0;title\u0007\u009b2J",
                    "first\r\nSet-Cookie: x=1\r\n\r\nsecond",
                    "\0 \uD83D alone \uDE00 \uFFFE\uFFFF",
                    "\u202Egnp.exe\u202C\u2066x\u2069\u200B\uFEFF\u200F",
                    "{{7*7}} ${7*7} {0} #{7*7} <%= 7*7 %>",
                    "[text](javascript:alert(1)) \\[x\\]",
                    "a | b, \"c\"; d\ne",
                    "x".repeat(40_000));

    /** A page that failed for good. */
    public static final UnseenPage DEAD =
            new UnseenPage(
                    "0199a1b2-0000-7000-8000-0000000000d1",
                    "https://shop.example/gone",
                    "dead_lettered",
                    "http_error",
                    "The page answered with status 404.",
                    TOLD);

    /** A page that is still to be seen. */
    public static final UnseenPage WAITING =
            new UnseenPage(
                    "0199a1b2-0000-7000-8000-0000000000d2",
                    "https://shop.example/later",
                    "accepted",
                    "",
                    "",
                    TOLD);

    /** Pages of all kinds: judged, partial, suspect, clean, and two that were not seen. */
    public static SamplePages ofAllKinds() {
        return new SamplePages(
                "nightly",
                List.of(
                        ReportComposer.compose(
                                SampleResults.judged(Validity.VALID, 53, scan(1), "req-1")),
                        ReportComposer.compose(SampleResults.rich(scan(2), "req-1")),
                        ReportComposer.compose(
                                SampleResults.judged(Validity.SUSPECT, null, scan(3), "req-1")),
                        ReportComposer.compose(clean(scan(4)))),
                List.of(DEAD, WAITING));
    }

    /** Whatever a format has to write: many pages, one, none, and those that say hostile texts. */
    public static Stream<ReportedPages> ofAnyKind() {
        return Stream.concat(
                Stream.of(
                        ofAllKinds(),
                        new OnePage(
                                ReportComposer.compose(
                                        SampleResults.judged(
                                                Validity.VALID, 53, scan(1), "req-1"))),
                        new SamplePages("none", List.of(), List.of())),
                HOSTILE.stream().map(SamplePages::saying));
    }

    /** A page that was seen as a whole and on which nothing was found. */
    public static ScanResult clean(String scanId) {
        return SampleResults.clean(scanId, "req-1");
    }

    /** Every text of it is the given one. */
    public static SamplePages saying(String text) {
        return new SamplePages(
                "hostile",
                List.of(ReportComposer.compose(SampleResults.saying(text, scan(1), "req-1"))),
                List.of(new UnseenPage(scan(2), text, "dead_lettered", text, text, TOLD)));
    }

    /** The id of a scan. */
    public static String scan(int number) {
        return "0199a1b2-0000-7000-8000-%012d".formatted(number);
    }

    @Override
    public ReportSubject subject() {
        return new ReportSubject(ReportSubject.Kind.BATCH, id, "local", TOLD);
    }

    @Override
    public void each(PageVisitor visitor) throws IOException {
        for (var page : seen) {
            visitor.seen(page);
        }
        for (var page : notSeen) {
            visitor.notSeen(page);
        }
    }
}
