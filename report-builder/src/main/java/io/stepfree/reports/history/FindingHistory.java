package io.stepfree.reports.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Writes what a scan found, and how that stands against the last look at the same page.
 *
 * <p>Every method works inside the caller's transaction, which also writes the report's row: that
 * decides whether anything is written, once. Scans of one page wait for each other. What is stored
 * depends on which scans there are and not on the order in which they came: a scan that comes late
 * is compared with the one before it, and the ones after it are compared anew. Stateless and
 * thread-safe.
 */
public final class FindingHistory {

    /** How many later scans of a page are compared anew because of one that came late. */
    private static final int MOST_ANEW = 100;

    /**
     * Writes all of these scans, except those that were written before. In as few statements for
     * many as for one, unless some are of the same page.
     */
    public void add(Handle handle, List<PublishedScan> scans) {
        PageTurns.take(handle, scans);
        List<PublishedScan> left = scans;
        while (!left.isEmpty()) {
            var pages = new HashSet<String>();
            var round = new ArrayList<PublishedScan>();
            var later = new ArrayList<PublishedScan>();
            for (PublishedScan scan : left) {
                (scan.pageKey() == null || pages.add(PageTurns.page(scan)) ? round : later)
                        .add(scan);
            }
            addOneOfAPage(handle, round);
            left = later;
        }
    }

    private static void addOneOfAPage(Handle handle, List<PublishedScan> scans) {
        List<PublishedScan> unknown = Comparisons.insert(handle, scans);
        var paged = unknown.stream().filter(scan -> scan.pageKey() != null).toList();
        Map<String, Compared> compared = paged.isEmpty() ? Map.of() : compare(handle, paged);
        Findings.insert(handle, unknown, compared);
        Comparisons.tell(handle, compared.values());
        MissingFindings.insert(handle, compared.values());
        if (!paged.isEmpty()) {
            for (PublishedScan scan : Comparisons.haveLaterOnes(handle, paged)) {
                compareLaterOnes(handle, scan, Objects.requireNonNull(compared.get(scan.scanId())));
            }
        }
    }

    /** Each beside the look before it, by scan. */
    private static Map<String, Compared> compare(Handle handle, List<PublishedScan> scans) {
        Map<String, SeenPage> before = Comparisons.before(handle, scans);
        Map<String, Look> looks = Findings.looks(handle, before.values());
        Map<String, Set<Known>> carried = MissingFindings.carried(handle, looks.values());
        var compared = new HashMap<String, Compared>();
        for (PublishedScan scan : scans) {
            SeenPage seen = before.get(scan.scanId());
            compared.put(
                    scan.scanId(),
                    Compared.of(
                            scan.client(),
                            scan.look(),
                            seen == null ? null : looks.get(seen.scanId()),
                            seen == null
                                    ? Set.of()
                                    : carried.getOrDefault(seen.scanId(), Set.of())));
        }
        return compared;
    }

    /**
     * Compares the scan after this one anew, and goes on for as long as that changes what is known
     * there, but not for ever: one that comes a year late must not hold up the others.
     */
    private static void compareLaterOnes(Handle handle, PublishedScan scan, Compared compared) {
        Look before = compared.look();
        Set<Known> known = compared.changes().carried();
        Optional<Look> next = after(handle, scan, before);
        for (int anew = 0; next.isPresent() && anew < MOST_ANEW; anew++) {
            Look now = next.get();
            Set<Known> was =
                    MissingFindings.carried(handle, List.of(now))
                            .getOrDefault(now.scanId(), Set.of());
            Compared again = Compared.of(scan.client(), now, before, known);
            Findings.updateStates(handle, again);
            MissingFindings.delete(handle, now);
            Comparisons.tell(handle, List.of(again));
            MissingFindings.insert(handle, List.of(again));
            known = again.changes().carried();
            before = now;
            next = known.equals(was) ? Optional.empty() : after(handle, scan, now);
        }
    }

    private static Optional<Look> after(Handle handle, PublishedScan scan, Look look) {
        return Comparisons.after(handle, scan, look)
                .map(seen ->
                        Objects.requireNonNull(
                                Findings.looks(handle, List.of(seen)).get(seen.scanId())));
    }
}
