package io.stepfree.schemas.serde;

import io.stepfree.schemas.registry.RegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes values in the Confluent wire format, registering a schema at its first use. Thread-safe.
 *
 * <p>Throws {@link io.stepfree.schemas.registry.RegistryException} when a schema that is not known
 * yet cannot be registered.
 */
public final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

    static final byte MAGIC = 0;

    private final RegistryClient registry;

    public AvroSerializer(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface: a null value is a tombstone and stays one.
    public byte[] serialize(String topic, @Nullable T value) {
        if (value == null) {
            return null;
        }
        int id = registry.register(topic + "-value", value.getSchema());
        var bytes = new ByteArrayOutputStream(512);
        try {
            var header = new DataOutputStream(bytes);
            header.writeByte(MAGIC);
            header.writeInt(id);
            var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new SpecificDatumWriter<T>(value.getSchema()).write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
