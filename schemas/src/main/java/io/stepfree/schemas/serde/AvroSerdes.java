package io.stepfree.schemas.serde;

import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Makes serdes for the topics of the catalogue, all over one registry client and so over one cache.
 */
public final class AvroSerdes {

    private final RegistryClient registry;

    public AvroSerdes(RegistryClient registry) {
        this.registry = registry;
    }

    public <T extends SpecificRecord> AvroSerializer<T> serializer() {
        return new AvroSerializer<>(registry);
    }

    public <T extends SpecificRecord> AvroDeserializer<T> deserializer(Topic<T> topic) {
        return new AvroDeserializer<>(registry, topic.type());
    }

    public <T extends SpecificRecord> Serde<T> serde(Topic<T> topic) {
        return Serdes.serdeFrom(serializer(), deserializer(topic));
    }
}
