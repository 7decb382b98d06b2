package io.stepfree.scheduler.site;

import java.time.Duration;

/**
 * How sites are explored.
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

    /** So many sentences are told of what went wrong. */
    static final int MOST_PROBLEMS = 20;

    /** So many templates are told apart; a page beyond them counts as nothing new. */
    static final int MOST_TEMPLATES = 2_000;

    /** How many addresses of a site are kept for each page that may be scanned, and beside that. */
    static final int ADDRESSES_FOR_A_PAGE = 5;

    static final int ADDRESSES_BESIDE = 1_000;
}
