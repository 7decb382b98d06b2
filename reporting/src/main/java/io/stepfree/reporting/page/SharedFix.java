package io.stepfree.reporting.page;

/**
 * What one fix would mend. It is public for the template only.
 *
 * @param rule the rule
 * @param help what it asks for
 * @param impact the impact
 * @param path where the element is, the first of them
 * @param markup its markup, perhaps cut
 * @param elements how many elements of a page are mended together
 * @param pages on how many pages
 * @param occurrences in how many places of all pages
 * @param missed on how many pages more it may be, which were not counted
 * @param foretold of how many of these pages it is known what their score would be
 * @param points by how much the pages' scores would rise at most, all together
 * @param burden its share in the burdens of these pages
 * @param template the one that all of these pages have; empty where they have several, or it is not
 *     known
 */
public record SharedFix(
        String rule,
        String help,
        String impact,
        String path,
        String markup,
        int elements,
        int pages,
        long occurrences,
        int missed,
        int foretold,
        double points,
        double burden,
        String template) {

    /** The most by which the score of a page would rise on average, as "4.2 points". */
    public String pointsEach() {
        return Wording.points(foretold == 0 ? 0 : points / foretold);
    }

    SharedFix and(SharedFix other) {
        return new SharedFix(
                rule,
                help,
                impact,
                path,
                markup,
                elements + other.elements,
                pages,
                occurrences + other.occurrences,
                missed,
                foretold,
                points + other.points,
                burden + other.burden,
                template);
    }
}
