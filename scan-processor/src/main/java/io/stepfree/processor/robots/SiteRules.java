package io.stepfree.processor.robots;

import crawlercommons.robots.BaseRobotRules;
import java.util.List;
import java.util.Optional;

/** What the robots.txt of one site says. Immutable and thread-safe. */
public final class SiteRules {

    private final String site;
    private final BaseRobotRules rules;

    /**
     * @param site scheme, host and port
     */
    SiteRules(String site, BaseRobotRules rules) {
        this.site = site;
        this.rules = rules;
    }

    /** Whether a page may be visited. */
    public boolean allow(String url) {
        return rules.isAllowed(url);
    }

    /** Why a page is not to be visited; empty when it may be. */
    public Optional<String> objection(String url) {
        if (allow(url)) {
            return Optional.empty();
        }
        return silence()
                .or(() ->
                        Optional.of(
                                "robots.txt of %s forbids %s to visit this page"
                                        .formatted(site, Robots.TOKEN)));
    }

    /** Why nothing is known of any page; empty when the site has said what may be visited. */
    public Optional<String> silence() {
        return rules.isDeferVisits()
                ? Optional.of(
                        "robots.txt of %s cannot be read, so nothing of the site may be visited"
                                .formatted(site))
                : Optional.empty();
    }

    /** The sitemaps that it names. */
    public List<String> sitemaps() {
        return List.copyOf(rules.getSitemaps());
    }

    /** Scheme, host and port of the site. */
    public String site() {
        return site;
    }
}
