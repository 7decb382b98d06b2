package io.stepfree.reporting.page;

/**
 * What fails in the same way on pages of one template, or of several. It is public for the template
 * only.
 *
 * @param rule the rule
 * @param help what it asks for
 * @param impact the impact
 * @param path where the element is, of the first page it was met on
 * @param markup its markup there, perhaps cut
 * @param pages on how many pages
 * @param ofPages how many pages these templates have
 * @param occurrences in how many places
 * @param templates on pages of how many templates
 * @param missed on how many pages more it may be, which were not counted
 */
public record TemplateFailure(
        String rule,
        String help,
        String impact,
        String path,
        String markup,
        int pages,
        int ofPages,
        long occurrences,
        int templates,
        int missed) {

    /** As "all 312 pages", "at least 12 of 312 pages". */
    public String where() {
        if (missed > 0) {
            return "at least %s of %s"
                    .formatted(Wording.number(pages), Wording.count(ofPages, "page", "pages"));
        }
        if (pages == ofPages) {
            return pages == 1 ? "its one page" : "all " + Wording.count(pages, "page", "pages");
        }
        return "%s of %s".formatted(Wording.number(pages), Wording.count(ofPages, "page", "pages"));
    }
}
