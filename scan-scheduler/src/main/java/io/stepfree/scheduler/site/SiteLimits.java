package io.stepfree.scheduler.site;

import java.time.Duration;

/**
 * How sites are explored.
 *
 * <p>Together these bound a site's row in the store to about half of the megabyte that a broker
 * takes in one record: the addresses of sitemaps that wait, of at most a hundred open pages and of
 * four documents have 2,048 characters at most each; hashes of 1,000 sitemaps, templates, rules,
 * problems and the order itself have some 150 kB. A row that the broker refused would stop the
 * sites of everybody.
 *
 * @param pagesAtOnce how many pages of a site are open at once at most; few, so that what the last
 *     ones brought decides whether more are needed
 * @param fetchDeadline how long a document is waited for
 * @param kept how long a site that has ended is remembered
 */
public record SiteLimits(int pagesAtOnce, Duration fetchDeadline, Duration kept) {

    /** So many sitemaps of a site are fetched at once at most. */
    static final int FETCHES_AT_ONCE = 4;

    /** So many sitemaps of a site are read at most. */
    static final int MOST_SITEMAPS = 1_000;

    /** So many characters have the addresses of the sitemaps that wait at most, together. */
    static final int MOST_TEXT_OF_SITEMAPS = 100_000;

    /** So many sentences are told of what went wrong. */
    static final int MOST_PROBLEMS = 20;

    /** A longer sentence is cut. */
    static final int LONGEST_PROBLEM = 2_000;

    /** So many templates are told apart; a page beyond them counts as nothing new. */
    static final int MOST_TEMPLATES = 2_000;

    /** So many rules with a finding are told apart, well over as many as axe-core has. */
    static final int MOST_RULES = 500;

    /** The name of a template or rule that is longer counts as nothing new. */
    static final int LONGEST_NAME = 64;

    /** How many addresses of a site are kept for each page that may be scanned, and beside that. */
    static final int ADDRESSES_FOR_A_PAGE = 5;

    static final int ADDRESSES_BESIDE = 1_000;
}
