package io.stepfree.reporting;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.document.StorableText;
import io.stepfree.reporting.pages.Changes;
import io.stepfree.reporting.pages.Decided;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.PageVisitor;
import io.stepfree.reporting.pages.ReportSubject;
import io.stepfree.reporting.pages.ReportedPages;
import io.stepfree.reporting.pages.UnseenPage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is laid over reports: of a page that was scanned before, with some things decided. */
public final class SampleOverlays {

    /** When the page had been seen before. */
    public static final Instant BEFORE = SampleResults.COMPLETED.minusSeconds(86_400);

    private static final String EARLIER = "0199a1b2-0000-7000-8000-00000000be4e";

    private static final String LATER = "0199a1b2-0000-7000-8000-000000001a7e";

    private static final String SCAN_BEFORE = "0199a1b2-0000-7000-8000-0000000be4be";

    private SampleOverlays() {}

    /** A page that is looked at for the first time. */
    public static Overlay first() {
        return new Overlay(alone("first"), new TreeMap<>());
    }

    /** A page that was compared with none, for that reason. */
    public static Overlay notCompared(String why) {
        return new Overlay(alone(why), new TreeMap<>());
    }

    private static Changes alone(String compared) {
        return new Changes(
                compared,
                true,
                null,
                new Changes.Counts(0, 0, 0, 0, 0, 0),
                null,
                List.of(),
                List.of(),
                List.of());
    }

    /** A page of which something is in every state. */
    public static Overlay compared(ReportDocument document) {
        return laid(
                "A logo is exempt (WCAG 1.4.3)",
                "image-alt",
                "<img src=\"offer.webp\">",
                "axe-core 4.11.0",
                new Changes.SecondLook("seen", LATER, null, null),
                document);
    }

    /** The same as long as nobody has looked again; the failure's text is the given one. */
    public static Overlay notLookedAtAgain(
            String state, @Nullable String reason, @Nullable String failed, ReportDocument page) {
        var compared = compared(page);
        var changes = Objects.requireNonNull(compared.changes());
        var marks = new TreeMap<Integer, Overlay.Mark>();
        compared.marks()
                .forEach((number, mark) ->
                        marks.put(number, new Overlay.Mark(mark.state(), null, mark.decided())));
        return new Overlay(
                new Changes(
                        changes.compared(),
                        changes.whole(),
                        changes.earlier(),
                        changes.counts(),
                        new Changes.SecondLook(
                                state,
                                LATER,
                                reason,
                                failed == null ? null : new Changes.Failure("timeout", failed)),
                        changes.fixed(),
                        changes.notObserved(),
                        changes.engineGone()),
                marks);
    }

    /**
     * Of which elements, by their number, one word is known: accepted, ignored, assigned or
     * flickering.
     */
    public static Overlay told(Map<Integer, String> words) {
        var marks = new TreeMap<Integer, Overlay.Mark>();
        words.forEach((number, word) ->
                marks.put(
                        number,
                        word.equals("flickering")
                                ? new Overlay.Mark("new", word, null)
                                : new Overlay.Mark(
                                        null,
                                        null,
                                        new Decided(word, word, null, "because", null))));
        return new Overlay(alone("first"), marks);
    }

    /** The same, whose every text is the given one. */
    public static Overlay saying(String text, ReportDocument document) {
        // As the database keeps it.
        String kept = StorableText.of(text);
        var missed = new Changes.SecondLook("missed", kept, kept, new Changes.Failure(kept, kept));
        return laid(kept, kept, kept, kept, missed, document);
    }

    private static Overlay laid(
            String reason,
            String rule,
            String html,
            String engine,
            Changes.SecondLook look,
            ReportDocument document) {
        int elements =
                document.violations().stream().mapToInt(finding -> finding.nodes().size()).sum()
                        + document.needsReview().stream()
                                .mapToInt(finding -> finding.nodes().size())
                                .sum();
        var marks = new TreeMap<Integer, Overlay.Mark>();
        int newOnes = 0;
        for (int number = 0; number < elements; number++) {
            String state =
                    List.of("new", "persisting", "newly_observed", "engine_changed")
                            .get(number < 40 ? number % 4 : 0);
            newOnes += state.equals("new") ? 1 : 0;
            marks.put(
                    number,
                    new Overlay.Mark(
                            state,
                            state.equals("new") ? again(number) : null,
                            number % 5 == 1
                                    ? new Decided(
                                            "decision-" + number % 3,
                                            List.of("ignored", "accepted", "assigned")
                                                    .get(number % 3),
                                            number % 3 == 2 ? "ada@example.com" : null,
                                            reason,
                                            number % 3 == 0 ? BEFORE.plusSeconds(30_000_000) : null)
                                    : null));
        }
        return new Overlay(
                new Changes(
                        "with_previous",
                        document.validity().equals("valid"),
                        new Changes.Earlier(EARLIER, BEFORE, engine),
                        new Changes.Counts(newOnes, 3, 4, 25, 1, 5),
                        look,
                        IntStream.range(0, 22)
                                .mapToObj(number -> gone(rule, html, number))
                                .toList(),
                        List.of(gone(rule, html, 30)),
                        List.of(gone(rule, html, 31))),
                marks);
    }

    private static String again(int number) {
        return List.of("confirmed", "flickering", "unknown").get(number / 4 % 3);
    }

    private static Changes.Missing gone(String rule, String html, int number) {
        return new Changes.Missing(
                rule,
                "critical",
                number % 2 == 0 ? "violation" : "needs_review",
                number % 3 == 0
                        ? List.of()
                        : List.of("#frame", "img:nth-child(%d)".formatted(number)),
                number % 3 == 0 ? "" : html,
                number % 7 == 0 ? SCAN_BEFORE : EARLIER,
                BEFORE);
    }

    /** Pages with what is laid over them: every third is looked at for the first time. */
    public static ReportedPages over(ReportedPages pages) {
        return new ReportedPages() {
            @Override
            public ReportSubject subject() {
                return pages.subject();
            }

            @Override
            public void each(PageVisitor visitor) throws IOException {
                pages.each(
                        new PageVisitor() {
                            private int number;

                            @Override
                            public void seen(ReportDocument page) throws IOException {
                                number++;
                                visitor.seen(
                                        page,
                                        page.validity().equals("suspect")
                                                ? notCompared("suspect")
                                                : number % 3 == 0 ? first() : compared(page));
                            }

                            @Override
                            public void notSeen(UnseenPage page) throws IOException {
                                visitor.notSeen(page);
                            }
                        });
            }
        };
    }
}
