package io.stepfree.reporting.page;

import io.stepfree.reporting.page.PageLine.Seen;
import java.util.ArrayList;
import java.util.List;

/** Says what the numbers of a batch mean; careful never to call clean what was not seen. */
final class BatchVerdict {

    private BatchVerdict() {}

    static String of(BatchTotals totals) {
        return found(totals) + unknown(totals);
    }

    private static String found(BatchTotals totals) {
        int known = totals.seen(Seen.WHOLE) + totals.seen(Seen.PART);
        var gravest = totals.gravest();
        if (totals.pages() == 0) {
            return "There are no pages in this batch.";
        }
        if (known == 0) {
            return "None of %s was seen, so nothing is known about %s."
                    .formatted(
                            Wording.count(totals.pages(), "page", "pages"),
                            totals.pages() == 1 ? "it" : "them");
        }
        var sentence = new StringBuilder();
        if (gravest == null) {
            sentence.append("No violations were found on the ")
                    .append(Wording.count(known, "page", "pages"))
                    .append(" that ")
                    .append(known == 1 ? "was" : "were")
                    .append(totals.seen(Seen.PART) > 0 ? " seen, some only in part" : " seen");
        } else {
            int rules = totals.violatedRules().size();
            sentence.append(Wording.count(rules, "rule is violated", "rules are violated"))
                    .append(" in ")
                    .append(Wording.count(totals.violations(), "place", "places"))
                    .append(" on ")
                    .append(ofAll(totals.violatedPages(), known))
                    .append(" seen");
            if (!gravest.impact().equals("unknown")) {
                sentence.append(rules == 1 ? ", with " : ", at worst with ")
                        .append(gravest.impact())
                        .append(" impact");
            }
        }
        if (!totals.reviewRules().isEmpty()) {
            sentence.append("; ")
                    .append(Wording.count(totals.reviewRules().size(), "rule needs", "rules need"))
                    .append(" a person's judgement in ")
                    .append(Wording.count(totals.reviews(), "place", "places"));
        }
        return sentence.append('.').toString();
    }

    private static String unknown(BatchTotals totals) {
        var parts = new ArrayList<String>();
        int known = totals.seen(Seen.WHOLE) + totals.seen(Seen.PART);
        add(parts, known == 0 ? 0 : totals.seen(Seen.NOT), "was not seen", "were not seen");
        add(
                parts,
                totals.seen(Seen.SUSPECT),
                "may be another page than the one asked for",
                "may be other pages than those asked for");
        add(
                parts,
                known == 0 ? 0 : totals.seen(Seen.NOT_YET),
                "is still to be seen",
                "are still to be seen");
        if (parts.isEmpty()) {
            return "";
        }
        var last = parts.removeLast();
        return " Of all %s, %s."
                .formatted(
                        Wording.count(totals.pages(), "page", "pages"),
                        parts.isEmpty() ? last : String.join(", ", parts) + " and " + last);
    }

    private static void add(List<String> parts, int pages, String one, String many) {
        if (pages > 0) {
            parts.add(Wording.count(pages, one, many));
        }
    }

    private static String ofAll(int some, int all) {
        return some == all
                ? (all == 1 ? "the one page" : "all " + Wording.count(all, "page", "pages"))
                : "%s of %s".formatted(Wording.number(some), Wording.count(all, "page", "pages"));
    }
}
