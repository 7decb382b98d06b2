package io.stepfree.alerts.serde;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a record class as JSON, for the topology's own topics and stores, which nobody else reads:
 * they need no schema in the registry, and a person can read them. Fields may be added, as unknown
 * ones are skipped and missing ones read as null or 0.
 */
public final class JsonSerde<T> implements Serde<T> {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Class<T> type;

    public JsonSerde(Class<T> type) {
        this.type = type;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface: a null value is a tombstone and stays one.
    public Serializer<T> serializer() {
        return (String topic, @Nullable T value) ->
                value == null ? null : JSON.writeValueAsBytes(value);
    }

    @Override
    @SuppressWarnings("NullAway") // As above.
    public Deserializer<T> deserializer() {
        return (String topic, byte @Nullable [] bytes) ->
                bytes == null ? null : JSON.readValue(bytes, type);
    }
}
