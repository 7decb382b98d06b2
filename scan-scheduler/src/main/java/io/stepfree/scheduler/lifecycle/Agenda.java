package io.stepfree.scheduler.lifecycle;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What is to be looked at when: scan ids ordered by the moment. An entry is only a reminder; the
 * scan's row says whether it still holds. Several agendas share a store.
 */
final class Agenda {

    /** So many are taken out at one look at most. */
    static final int LONGEST_LOOK = 1_000;

    private final String name;
    private final KeyValueStore<String, String> store;

    /**
     * @param name tells this agenda's entries from those of others in the store
     */
    Agenda(String name, KeyValueStore<String, String> store) {
        this.name = name;
        this.store = store;
    }

    void add(Instant at, String scanId) {
        store.put(key(at, scanId), scanId);
    }

    void remove(Instant at, String scanId) {
        store.delete(key(at, scanId));
    }

    /** Takes out the scans whose moment has come, oldest first; at most a thousand at once. */
    List<String> takeDue(Instant now) {
        var keys = new ArrayList<String>();
        var due = new ArrayList<String>();
        try (var entries = store.range(name + "|", key(now.plusMillis(1), ""))) {
            while (entries.hasNext() && due.size() < LONGEST_LOOK) {
                var entry = entries.next();
                keys.add(entry.key);
                due.add(entry.value);
            }
        }
        keys.forEach(store::delete);
        return due;
    }

    private String key(Instant at, String scanId) {
        return "%s|%015d|%s".formatted(name, at.toEpochMilli(), scanId);
    }
}
