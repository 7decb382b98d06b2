package io.stepfree.alerts;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Stores that a test has in its hand. */
public final class TestStores {

    private TestStores() {}

    public static <V> KeyValueStore<String, V> ofText(Serde<V> values) {
        return of(Serdes.String(), values);
    }

    public static <K, V> KeyValueStore<K, V> of(Serde<K> keys, Serde<V> values) {
        KeyValueStore<K, V> store =
                Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore("in-memory"), keys, values)
                        .withLoggingDisabled()
                        .withCachingDisabled()
                        .build();
        store.init(new MockProcessorContext<>().getStateStoreContext(), store);
        return store;
    }
}
