package io.stepfree.alerts.regression;

import io.stepfree.alerts.sample.ChangeSample;
import io.stepfree.alerts.sample.EraseSample;
import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.alerts.signal.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The pages that have got worse, in memory to be read and in a store whose changelog outlives this
 * process. What is open is what the last look told; one that saw a part of the page says nothing of
 * the rest, and takes nothing away. A look that is told again, or one that is older than what is
 * known, changes nothing; so a page that was mended stays known, too. For one thread.
 */
public final class Regressions {

    /** The store's name. */
    public static final String STORE = "regressions";

    /** Nobody looks at such a page any more. */
    private static final Duration FORGOTTEN = Duration.ofDays(30);

    /** Each is a part of an incident; hosts beyond these are one part. */
    static final int MOST_HOSTS = 20;

    /* Neither a client nor a page has it. */
    private static final String BETWEEN = "\n";
    private static final String ERASED = "erased";

    private final KeyValueStore<String, Regression> store;
    private final KeyValueStore<String, Long> marks;
    private final boolean confirmed;
    private final Map<String, Regression> pages = new HashMap<>();

    /* Whoever is told by name stays so: one that goes and comes would be told each time. */
    private final Set<String> named = new HashSet<>();

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

    /**
     * Takes note of a look at a page.
     *
     * @param toldMillis when it was told, by a clock of ours, in milliseconds since the epoch: a
     *     worker's clock that is ahead of that is wrong, and would make all later looks older ones
     */
    public void hear(ChangeSample change, long toldMillis) {
        Long erased = marks.get(mark(change.client()));
        if (erased != null && change.submittedMillis() <= erased) {
            return;
        }
        String page = change.client() + BETWEEN + change.page();
        Regression known = pages.get(page);
        long seen = Math.min(change.seenMillis(), toldMillis);
        if (known != null && known.seenMillis() > seen) {
            return;
        }
        int told = confirmed ? change.open() : change.open() + change.fresh();
        int open = change.whole() || known == null ? told : Math.max(told, known.open());
        if (open > 0 || known != null) {
            var regression = new Regression(change.host(), seen, change.submittedMillis(), open);
            store.put(page, regression);
            pages.put(page, regression);
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

    /**
     * How many are open on each host that has any, by level, and how many hosts these are. Of more
     * than {@link #MOST_HOSTS} those with the most are named first, and stay so.
     */
    public Map<String, Double> levels() {
        var hosts = new HashMap<String, Double>();
        pages.values().stream()
                .filter(page -> page.open() > 0)
                .forEach(page -> hosts.merge(page.host(), (double) page.open(), Double::sum));
        name(hosts);
        var levels = new HashMap<String, Double>();
        hosts.forEach((host, open) ->
                levels.merge(
                        Level.REGRESSED_ON + (named.contains(host) ? host : Level.FURTHER_HOSTS),
                        open,
                        Double::sum));
        if (!hosts.isEmpty()) {
            levels.put(Level.REGRESSED_HOSTS, (double) hosts.size());
        }
        return levels;
    }

    private void name(Map<String, Double> hosts) {
        named.retainAll(hosts.keySet());
        hosts.entrySet().stream()
                .filter(host -> !named.contains(host.getKey()))
                .sorted(
                        Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_HOSTS - named.size())
                .map(Map.Entry::getKey)
                .toList()
                .forEach(named::add);
    }

    private static String mark(String client) {
        return ERASED + BETWEEN + client;
    }
}
