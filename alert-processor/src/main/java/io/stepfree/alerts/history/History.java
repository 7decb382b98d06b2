package io.stepfree.alerts.history;

import io.stepfree.alerts.serde.JsonSerde;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * A tally for each second of the recent past, in memory to be read and in a store to outlive this
 * process. Everything after a second's tally was {@link #keep kept} is lost with the process. For
 * one thread.
 */
public final class History {

    /** The store's name. */
    public static final String STORE = "history";

    private final KeyValueStore<Long, Tally.Stored> store;
    private final Duration length;
    private final NavigableMap<Long, Tally> seconds = new TreeMap<>();
    private final Map<Duration, Tally> windows = new HashMap<>();

    /**
     * What was measured of one level in a window.
     *
     * @param first the oldest value
     * @param last the newest value
     * @param lowest the lowest value
     * @param highest the highest value
     * @param firstSecond when the oldest value was measured
     * @param lastSecond when the newest value was measured
     */
    public record Levels(
            double first,
            double last,
            double lowest,
            double highest,
            long firstSecond,
            long lastSecond) {}

    /**
     * @param length how far back it goes, in whole seconds
     */
    public History(KeyValueStore<Long, Tally.Stored> store, Duration length) {
        this.store = store;
        this.length = length;
        try (var all = store.all()) {
            all.forEachRemaining(entry -> seconds.put(entry.key, Tally.of(entry.value)));
        }
    }

    /** Forgets what is after now, as when the clock was set back. */
    public void forgetAfter(long now) {
        windows.clear();
        var future = seconds.tailMap(now, false);
        future.keySet().forEach(store::delete);
        future.clear();
    }

    /** Makes the store. */
    public static StoreBuilder<KeyValueStore<Long, Tally.Stored>> store() {
        return Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(STORE),
                        Serdes.Long(),
                        new JsonSerde<>(Tally.Stored.class))
                // What many records of one second change is written once, when they are committed.
                .withCachingEnabled();
    }

    /** Whether something of this second still counts. */
    public boolean reaches(long second, long now) {
        return second > now - length.toSeconds();
    }

    /** The tally of one second, to be added to and then {@link #keep kept}. */
    public Tally of(long second) {
        windows.clear();
        return seconds.computeIfAbsent(second, _ -> new Tally());
    }

    /** Writes a second's tally down. */
    public void keep(long second) {
        store.put(second, of(second).stored());
    }

    /** Takes note of how something stands in this second. */
    public void measured(Map<String, Double> levels, long second) {
        if (!levels.isEmpty()) {
            Tally tally = of(second);
            levels.forEach(tally::level);
            keep(second);
        }
    }

    /** Forgets what is too old to count. */
    public void forget(long now) {
        windows.clear();
        var old = seconds.headMap(now - length.toSeconds(), true);
        old.keySet().forEach(store::delete);
        old.clear();
    }

    /** What was counted in the window that ends with this second. Not to be changed. */
    public Tally window(Duration window, long now) {
        return windows.computeIfAbsent(window, _ -> sum(window, now));
    }

    private Tally sum(Duration window, long now) {
        var sum = new Tally();
        inside(window, now).values().forEach(sum::add);
        return sum;
    }

    /** How a level stood in the window that ends with this second; empty when nobody measured. */
    public Optional<Levels> levels(String name, Duration window, long now) {
        Optional<Levels> levels = Optional.empty();
        for (var entry : inside(window, now).entrySet()) {
            var value = entry.getValue().level(name);
            if (value.isPresent()) {
                levels = Optional.of(joined(levels, value.getAsDouble(), entry.getKey()));
            }
        }
        return levels;
    }

    private static Levels joined(Optional<Levels> before, double value, long second) {
        return before.map(known ->
                        new Levels(
                                known.first(),
                                value,
                                Math.min(known.lowest(), value),
                                Math.max(known.highest(), value),
                                known.firstSecond(),
                                second))
                .orElseGet(() -> new Levels(value, value, value, value, second, second));
    }

    /**
     * The highest value that a level kept for some time: the highest of the lowest values of equal
     * parts of the window. 0 when there is none.
     *
     * @param time for how long, in whole seconds
     */
    public double highestHeld(String name, Duration time, Duration window, long now) {
        double highest = 0;
        long length = time.toSeconds();
        for (long end = now; end > now - window.toSeconds(); end -= length) {
            var part = levels(name, time, end);
            // A part that was hardly measured says nothing.
            if (part.isPresent()
                    && part.get().lastSecond() - part.get().firstSecond() >= length / 2) {
                highest = Math.max(highest, part.get().lowest());
            }
        }
        return highest;
    }

    /** The names of the levels that begin so and were measured in the window. */
    public Set<String> levelNames(String prefix, Duration window, long now) {
        var names = new TreeSet<String>();
        for (Tally tally : inside(window, now).values()) {
            tally.levels().keySet().stream()
                    .filter(name -> name.startsWith(prefix))
                    .forEach(names::add);
        }
        return names;
    }

    private NavigableMap<Long, Tally> inside(Duration window, long now) {
        return seconds.subMap(now - window.toSeconds(), false, now, true);
    }
}
