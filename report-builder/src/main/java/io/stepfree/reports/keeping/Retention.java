package io.stepfree.reports.keeping;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How long scans are kept after the last news of them. Immutable.
 *
 * @param keep for every client that has no time of its own
 * @param ofClients for the others, by client
 */
public record Retention(Duration keep, Map<String, Duration> ofClients) {

    public Retention {
        ofClients = Map.copyOf(ofClients);
    }

    /**
     * Some clients, and the moment before which what is theirs is old.
     *
     * @param clients these; or, of the share of all others, those that it does not mean
     */
    record Share(Set<String> clients, boolean others, Instant before) {

        /** As a condition on a column {@code client}, for an array that is bound as clients. */
        String condition() {
            return others
                    ? "(client IS NULL OR client <> ALL (CAST(:clients AS text[])))"
                    : "client = ANY (CAST(:clients AS text[]))";
        }
    }

    /** All clients, each in one share. */
    List<Share> shares(Instant now) {
        var shares = new ArrayList<Share>();
        shares.add(new Share(ofClients.keySet(), true, now.minus(keep)));
        ofClients.forEach(
                (client, time) -> shares.add(new Share(Set.of(client), false, now.minus(time))));
        return shares;
    }

    /** Before which everything is old, whose ever it is. */
    Instant before(Instant now) {
        return shares(now).stream().map(Share::before).min(Comparator.naturalOrder()).orElseThrow();
    }
}
