package io.stepfree.gateway.admission;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A site that a client asked for, found in order.
 *
 * @param page what each page's scan is made from; its address is where the site begins
 * @param sitemaps whether sitemaps are read instead of links followed
 * @param sitemap the one sitemap to read; null where the site is asked for it
 * @param depth how many links from the start a page may be away
 * @param pages how many pages are scanned at most; empty for as many as are usual and left
 * @param include path patterns of which a page has to match one; empty for every page
 * @param exclude path patterns of which a page must match none
 * @param saturation after how many pages that bring nothing new no more are looked for; 0 for never
 * @param obeyRobots whether pages that robots.txt forbids are left out
 */
public record NewSite(
        NewScan page,
        boolean sitemaps,
        @Nullable String sitemap,
        int depth,
        OptionalInt pages,
        List<String> include,
        List<String> exclude,
        int saturation,
        boolean obeyRobots) {

    /** How many pages are scanned where nothing is said. */
    public static final int USUAL_PAGES = 500;

    /** How many pages of a site may be asked for. */
    public static final int MOST_PAGES = 10_000;

    public NewSite {
        include = List.copyOf(include);
        exclude = List.copyOf(exclude);
    }
}
