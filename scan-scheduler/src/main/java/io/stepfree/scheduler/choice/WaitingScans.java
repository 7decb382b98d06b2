package io.stepfree.scheduler.choice;

import io.stepfree.scheduler.choice.WaitingKey.Lane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The scans of one partition that wait for a worker, in a store ordered for the choice. What is in
 * memory grows with the number of clients, not of scans, and a choice takes a few looks into the
 * store however many wait. For one thread.
 */
final class WaitingScans {

    /* Hosts that must not be visited now are passed over; beyond this many the next look goes on. */
    private static final int LONGEST_LOOK = 64;

    private final KeyValueStore<String, String> store;
    private final Map<Lane, Set<String>> clients = new HashMap<>();
    private final Map<String, Cursor> cursors = new HashMap<>();
    private final Map<String, HeldUp> heldUp = new HashMap<>();

    /** Where a client's next look begins, so that its hosts take turns too. */
    private static final class Cursor {
        /** At or before the first scan; what is before it was taken, and slow to pass over. */
        String lowest;

        String next;

        Cursor(String start) {
            lowest = start;
            next = start;
        }
    }

    /**
     * Every host of a client was looked at, and none may be visited: looking again is of no use
     * before one of them opens. Without it each scan that ends would have all of them looked at
     * once more.
     */
    private record HeldUp(Set<String> hosts, Instant since, Instant until) {

        /* Never for longer than a second, and not on a clock that was set back. */
        private static final Duration LONGEST = Duration.ofSeconds(1);

        static HeldUp by(Set<String> hosts, HostGates gates, Instant now) {
            Instant until =
                    Stream.concat(hosts.stream().map(gates::opensAt), Stream.of(now.plus(LONGEST)))
                            .min(Comparator.naturalOrder())
                            .orElse(now);
            return new HeldUp(Set.copyOf(hosts), now, until);
        }

        boolean holds(Instant now) {
            return !now.isBefore(since) && now.isBefore(until);
        }
    }

    WaitingScans(KeyValueStore<String, String> store) {
        this.store = store;
        for (Lane lane : Lane.values()) {
            clients.put(lane, clientsOf(lane));
        }
    }

    private Set<String> clientsOf(Lane lane) {
        var found = new TreeSet<String>();
        String from = lane.first();
        while (true) {
            Optional<WaitingKey> first = first(from, lane.after());
            if (first.isEmpty()) {
                return found;
            }
            found.add(first.get().client());
            from = WaitingKey.afterClient(lane, first.get().client());
        }
    }

    void add(WaitingKey key) {
        String text = key.text();
        store.put(text, key.scanId());
        waiting(key.lane()).add(key.client());
        Cursor cursor = cursors.get(WaitingKey.firstOf(key.lane(), key.client()));
        if (cursor != null && isBefore(text, cursor.lowest)) {
            cursor.lowest = text;
        }
        HeldUp held = heldUp.get(WaitingKey.firstOf(key.lane(), key.client()));
        if (held != null && !held.hosts().contains(key.host())) {
            heldUp.remove(WaitingKey.firstOf(key.lane(), key.client()));
        }
    }

    /** A host may be visited again, or more often. */
    void opened(String host) {
        heldUp.values().removeIf(held -> held.hosts().contains(host));
    }

    void remove(WaitingKey key) {
        store.delete(key.text());
    }

    /**
     * The clients that have, or lately had, scans in this lane, without those whose hosts are all
     * known to be closed now.
     */
    List<String> clients(Lane lane, Instant now) {
        return waiting(lane).stream().filter(client -> !isHeldUp(lane, client, now)).toList();
    }

    private boolean isHeldUp(Lane lane, String client, Instant now) {
        HeldUp held = heldUp.get(WaitingKey.firstOf(lane, client));
        return held != null && held.holds(now);
    }

    /**
     * The scan of this client that goes next, if one of its hosts may be visited now. It is still
     * waiting; whoever takes it calls {@link #take}.
     */
    Optional<WaitingKey> next(Lane lane, String client, HostGates gates, Instant now) {
        if (isHeldUp(lane, client, now)) {
            return Optional.empty();
        }
        var closed = new HashSet<String>();
        String end = WaitingKey.afterClient(lane, client);
        Cursor cursor = cursors.computeIfAbsent(WaitingKey.firstOf(lane, client), Cursor::new);
        boolean fromTheLowest = !isBefore(cursor.lowest, cursor.next);
        String from = fromTheLowest ? cursor.lowest : cursor.next;
        for (int look = 0; look < LONGEST_LOOK; look++) {
            Optional<WaitingKey> found = first(from, end);
            if (found.isPresent()) {
                if (from.equals(cursor.lowest)) {
                    cursor.lowest = found.get().text();
                }
                if (gates.open(found.get().host(), now)) {
                    return found;
                }
                closed.add(found.get().host());
                from = found.get().afterHost();
            } else if (fromTheLowest) {
                if (from.equals(cursor.lowest)) {
                    forget(lane, client);
                } else {
                    heldUp.put(WaitingKey.firstOf(lane, client), HeldUp.by(closed, gates, now));
                }
                return Optional.empty();
            } else {
                fromTheLowest = true;
                from = cursor.lowest;
            }
        }
        cursor.next = from;
        return Optional.empty();
    }

    /** Takes a scan out; the client's next look begins at its next host. */
    void take(WaitingKey key) {
        remove(key);
        Cursor cursor = cursors.get(WaitingKey.firstOf(key.lane(), key.client()));
        if (cursor != null) {
            cursor.next = key.afterHost();
        }
    }

    private void forget(Lane lane, String client) {
        waiting(lane).remove(client);
        cursors.remove(WaitingKey.firstOf(lane, client));
        heldUp.remove(WaitingKey.firstOf(lane, client));
    }

    /** The hosts of the jobs that are out, one for each job. */
    List<String> hostsOut() {
        var hosts = new ArrayList<String>();
        try (var entries = store.range(Lane.OUT.first(), Lane.OUT.after())) {
            entries.forEachRemaining(entry -> hosts.add(WaitingKey.parse(entry.key).host()));
        }
        return hosts;
    }

    private Optional<WaitingKey> first(String from, String to) {
        try (var entries = store.range(from, to)) {
            return entries.hasNext()
                    ? Optional.of(WaitingKey.parse(entries.next().key))
                    : Optional.empty();
        }
    }

    /** In the store's order, which is that of the bytes. */
    private static boolean isBefore(String one, String other) {
        return Arrays.compareUnsigned(
                        one.getBytes(StandardCharsets.UTF_8),
                        other.getBytes(StandardCharsets.UTF_8))
                < 0;
    }

    private Set<String> waiting(Lane lane) {
        return Objects.requireNonNull(clients.get(lane));
    }
}
