package io.stepfree.alerts.regression;

import io.stepfree.alerts.sample.ChangeSample;
import io.stepfree.alerts.sample.EraseSample;
import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.alerts.signal.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The pages that have got worse, in memory to be read and in a store whose changelog outlives this
 * process. What is open is what the last look told; one that saw a part of the page says nothing of
 * the rest, and takes nothing away. A look that is told again, or one that is older than what is
 * known, changes nothing. For one thread.
 */
public final class Regressions {

    /** The store's name. */
    public static final String STORE = "regressions";

    /** Nobody looks at such a page any more. */
    private static final Duration FORGOTTEN = Duration.ofDays(30);

    /**
     * Each is a part of an incident; of more hosts than these those with the least are not told.
     */
    static final int MOST_HOSTS = 20;

    /* Neither a client nor a page has it. */
    private static final String BETWEEN = "\n";
    private static final String ERASED = "erased";

    private final KeyValueStore<String, Regression> store;
    private final KeyValueStore<String, Long> marks;
    private final boolean confirmed;
    private final Map<String, Regression> pages = new HashMap<>();

    /**
     * @param marks where the moments of erasures are kept, too
     * @param confirmed whether what is new counts once a later look sees it again, and not before
     */
    public Regressions(
            KeyValueStore<String, Regression> store,
            KeyValueStore<String, Long> marks,
            boolean confirmed) {
        this.store = store;
        this.marks = marks;
        this.confirmed = confirmed;
        try (var all = store.all()) {
            all.forEachRemaining(entry -> pages.put(entry.key, entry.value));
        }
    }

    /** Makes the store. */
    public static StoreBuilder<KeyValueStore<String, Regression>> store() {
        return Stores.keyValueStoreBuilder(
                // Its changelog is on Kafka; all of it is in memory anyway.
                Stores.inMemoryKeyValueStore(STORE),
                Serdes.String(),
                new JsonSerde<>(Regression.class));
    }

    /** Takes note of a look at a page. */
    public void hear(ChangeSample change) {
        Long erased = marks.get(mark(change.client()));
        if (erased != null && change.submittedMillis() <= erased) {
            return;
        }
        String page = change.client() + BETWEEN + change.page();
        Regression known = pages.get(page);
        if (known != null && known.seenMillis() > change.seenMillis()) {
            return;
        }
        int told = confirmed ? change.open() : change.open() + change.fresh();
        int open = change.whole() || known == null ? told : Math.max(told, known.open());
        keep(
                page,
                new Regression(change.host(), change.seenMillis(), change.submittedMillis(), open));
    }

    private void keep(String page, Regression regression) {
        if (regression.open() > 0) {
            store.put(page, regression);
            pages.put(page, regression);
        } else if (pages.remove(page) != null) {
            store.delete(page);
        }
    }

    /** Forgets what a client had submitted until then, also what is told of it later. */
    public void erase(EraseSample order) {
        marks.put(mark(order.client()), order.momentMillis());
        pages.entrySet().stream()
                .filter(page ->
                        page.getKey().startsWith(order.client() + BETWEEN)
                                && page.getValue().submittedMillis() <= order.momentMillis())
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::forget);
    }

    /** Forgets pages that nobody has looked at for long. */
    public void forget(long nowMillis) {
        pages.entrySet().stream()
                .filter(page -> page.getValue().seenMillis() < nowMillis - FORGOTTEN.toMillis())
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::forget);
    }

    private void forget(String page) {
        store.delete(page);
        pages.remove(page);
    }

    /** How many are open on each host that has any, by level; those hosts with the most. */
    public Map<String, Double> levels() {
        var hosts = new HashMap<String, Double>();
        pages.values().forEach(page -> hosts.merge(page.host(), (double) page.open(), Double::sum));
        List<Map.Entry<String, Double>> most =
                hosts.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Double>comparingByValue(
                                                Comparator.reverseOrder())
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(MOST_HOSTS)
                        .toList();
        var levels = new HashMap<String, Double>();
        most.forEach(host -> levels.put(Level.REGRESSED_ON + host.getKey(), host.getValue()));
        return levels;
    }

    private static String mark(String client) {
        return ERASED + BETWEEN + client;
    }
}
