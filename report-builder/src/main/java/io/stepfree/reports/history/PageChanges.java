package io.stepfree.reports.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What has changed on a page between two looks at it. Depends on the two looks and on what was
 * still known from before them, and on nothing else; the rules and their reasons are in
 * docs/adr/0028.
 *
 * @param present the state of each finding that is there, by its place
 * @param missing what was known and is not there, with its state; the last seen first
 */
record PageChanges(Map<Integer, FindingState> present, List<Missing> missing) {

    /**
     * How many findings that are not observed stay known of a page, the last seen first. A page
     * that is never seen whole and looks different each time would gather them without end.
     */
    static final int MOST_CARRIED = 5_000;

    private static final Comparator<Known> LAST_SEEN_FIRST =
            Comparator.comparing(Known::seenAt).reversed().thenComparing(Known::fingerprint);

    PageChanges {
        present = Map.copyOf(present);
        missing = List.copyOf(missing);
    }

    /** A finding that is not there, and why. */
    record Missing(Known known, FindingState state) {}

    /** Of a page that is compared with nothing. */
    static PageChanges none() {
        return new PageChanges(Map.of(), List.of());
    }

    /**
     * Compares two looks at the same page.
     *
     * @param before the earlier one
     * @param carried what that did not observe and is known from looks before it
     * @param now the later one
     */
    static PageChanges between(Look before, Collection<Known> carried, Look now) {
        var known = new LinkedHashMap<String, Known>();
        before.findings().forEach(found -> known.put(found.fingerprint(), Known.of(found, before)));
        carried.forEach(one -> known.putIfAbsent(one.fingerprint(), one));
        var present = new TreeMap<Integer, FindingState>();
        for (Look.Named found : now.findings()) {
            boolean wasKnown = known.remove(found.fingerprint()) != null;
            present.put(
                    found.place(),
                    wasKnown ? FindingState.PERSISTING : appeared(found, before, now));
        }
        var missing = new ArrayList<Missing>();
        known.values().stream()
                .sorted(LAST_SEEN_FIRST)
                .forEach(gone -> missing.add(new Missing(gone, disappeared(gone, now))));
        return new PageChanges(present, missing);
    }

    private static FindingState appeared(Look.Named found, Look before, Look now) {
        if (!before.engine().equals(now.engine())) {
            return FindingState.ENGINE_CHANGED;
        }
        return before.tellsAll(found.rule(), now.finalPage())
                ? FindingState.NEW
                : FindingState.NEWLY_OBSERVED;
    }

    private static FindingState disappeared(Known gone, Look now) {
        if (!now.tellsAll(gone.rule(), gone.seenPage())) {
            return FindingState.NOT_OBSERVED;
        }
        return gone.seenEngine().equals(now.engine())
                ? FindingState.FIXED
                : FindingState.ENGINE_CHANGED;
    }

    /** What stays known for the next look, although this one did not observe it. */
    Set<Known> carried() {
        var carried = new LinkedHashSet<Known>();
        missing.stream()
                .filter(gone -> gone.state() == FindingState.NOT_OBSERVED)
                .limit(MOST_CARRIED)
                .forEach(gone -> carried.add(gone.known()));
        return carried;
    }

    /** How many are in a state, those that are there and those that are not. */
    int count(FindingState state) {
        return Math.toIntExact(
                present.values().stream().filter(state::equals).count()
                        + missing.stream().filter(gone -> gone.state() == state).count());
    }
}
