package io.stepfree.alerts.incident;

import io.stepfree.alerts.serde.JsonSerde;
import io.stepfree.platform.metric.AlertNames;
import java.util.ArrayList;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * What nobody is told of for now, by the name of an incident ({@code scans-failing}), of a metric
 * ({@code error-rate}), of a part of one ({@code host-error-rate/shop.example}), or {@link
 * AlertNames#ALL}. For one thread.
 */
public final class Silences {

    /** The store's name. */
    public static final String STORE = "silences";

    private final KeyValueStore<String, Silence> store;

    public Silences(KeyValueStore<String, Silence> store) {
        this.store = store;
    }

    /** Makes the store. */
    public static StoreBuilder<KeyValueStore<String, Silence>> store() {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(STORE),
                Serdes.String(),
                new JsonSerde<>(Silence.class));
    }

    /** Begins a silence; one of the same name is replaced. */
    public void begin(String name, Silence silence) {
        store.put(name, silence);
    }

    /** Ends a silence before its time. */
    public void end(String name) {
        store.delete(name);
    }

    /** Forgets those whose time is over. */
    public void forget(long nowMillis) {
        var over = new ArrayList<String>();
        try (var all = store.all()) {
            all.forEachRemaining(entry -> {
                if (entry.value.untilMillis() <= nowMillis) {
                    over.add(entry.key);
                }
            });
        }
        over.forEach(store::delete);
    }

    /** Whether nobody is to be told of this part of an incident. */
    boolean cover(String incident, Member member, long nowMillis) {
        return Stream.of(AlertNames.ALL, incident, member.metric().label(), member.label())
                .map(store::get)
                .anyMatch(silence -> silence != null && silence.untilMillis() > nowMillis);
    }
}
