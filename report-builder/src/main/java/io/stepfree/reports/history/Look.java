package io.stepfree.reports.history;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * One look at a page, as far as it matters for a comparison.
 *
 * @param engine name and version of the engine
 * @param finalPage host and path of the page that was seen, behind all redirects
 * @param whole whether all of the page was seen
 * @param cutRules the rules of which not all elements are told
 * @param findings what was found; each fingerprint once
 */
record Look(
        String scanId,
        Instant completedAt,
        String engine,
        String finalPage,
        boolean whole,
        Set<String> cutRules,
        List<Named> findings) {

    Look {
        cutRules = Set.copyOf(cutRules);
        findings = List.copyOf(findings);
    }

    /**
     * A finding by its name.
     *
     * @param place where it stands within its scan
     */
    record Named(int place, String fingerprint, String rule, String kind, String impact) {}

    /**
     * Whether an element that this rule speaks of would have been told, had it been there.
     *
     * @param page where the element is
     */
    boolean tellsAll(String rule, String page) {
        return whole && finalPage.equals(page) && !cutRules.contains(rule);
    }
}
