package io.stepfree.reporting.page;

import io.stepfree.reporting.document.ReportDocument;
import io.stepfree.reporting.pages.Changes;
import io.stepfree.reporting.pages.Overlay;
import io.stepfree.reporting.pages.UnseenPage;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A page of a batch as it stands in a list: its texts cut to a length that a list can bear. It is
 * public for the template only.
 *
 * @param scanId the scan
 * @param heading the page's title, or its address where it has none
 * @param language the language of the title; null where it is not known
 * @param url its address
 * @param seen how much of it was seen
 * @param why why it was not seen, or not whole; empty where there is nothing to say
 * @param score its score; null where it has none
 * @param rules how many rules are violated
 * @param occurrences in how many places
 * @param review in how many places a person has to look
 * @param changes how it stands against the scan before; null where nobody looked
 */
public record PageLine(
        String scanId,
        String heading,
        @Nullable String language,
        String url,
        Seen seen,
        String why,
        @Nullable Integer score,
        int rules,
        long occurrences,
        long review,
        @Nullable Changes changes) {

    /** Lowest score first, then most occurrences; what has no score is after what has one. */
    static final Comparator<PageLine> WORST_FIRST =
            Comparator.comparing(PageLine::score, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(Comparator.comparingLong(PageLine::occurrences).reversed())
                    .thenComparing(PageLine::scanId);

    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_REASON = 300;

    /** How much of a page was seen. */
    public enum Seen {
        WHOLE("Whole"),
        PART("In part"),
        SUSPECT("May be another page"),
        NOT_YET("Not yet"),
        NOT("Not seen");

        private final String words;

        Seen(String words) {
            this.words = words;
        }

        /** Names it in the style sheet. */
        String kind() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** As it stands in a table. */
        public String words() {
            return words;
        }
    }

    static PageLine of(ReportDocument page, Overlay overlay) {
        var title = page.title().isBlank() ? page.finalUrl() : page.title();
        return new PageLine(
                page.scanId(),
                text(title, LONGEST_TEXT),
                page.title().isBlank() ? null : Wording.language(page.language()),
                text(page.finalUrl(), LONGEST_TEXT),
                seen(page.validity()),
                page.warnings().isEmpty() ? "" : text(page.warnings().getFirst(), LONGEST_REASON),
                page.score(),
                page.summary().violatedRules(),
                page.summary().violations(),
                page.summary().needsReview(),
                overlay.changes());
    }

    static PageLine of(UnseenPage page) {
        return new PageLine(
                page.scanId(),
                text(page.url(), LONGEST_TEXT),
                null,
                text(page.url(), LONGEST_TEXT),
                page.isOpen() ? Seen.NOT_YET : Seen.NOT,
                text(page.reason(), LONGEST_REASON),
                null,
                0,
                0,
                0,
                null);
    }

    /** Whether it was compared with an earlier scan. */
    public boolean compared() {
        return changes != null && changes.earlier() != null;
    }

    /** As "2 new, 25 fixed"; or why there is nothing to say. */
    public String changed() {
        if (changes == null) {
            return hasReport() ? "not compared" : "not known";
        }
        return switch (changes.compared()) {
            case "with_previous" ->
                    "%s new, %s fixed"
                            .formatted(
                                    Wording.number(changes.counts().newOnes()),
                                    Wording.number(changes.counts().fixed()));
            case "first" -> "first look";
            default -> "not compared";
        };
    }

    /** Whether there is a report of it. */
    public boolean hasReport() {
        return seen != Seen.NOT && seen != Seen.NOT_YET;
    }

    /** Names how much was seen in the style sheet. */
    public String kind() {
        return seen.kind();
    }

    private static Seen seen(String validity) {
        return switch (validity) {
            case "valid" -> Seen.WHOLE;
            case "partial" -> Seen.PART;
            default -> Seen.SUSPECT;
        };
    }

    private static String text(String text, int longest) {
        return Wording.visible(Wording.cut(text, longest));
    }
}
