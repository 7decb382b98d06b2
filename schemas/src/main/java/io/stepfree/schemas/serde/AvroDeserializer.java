package io.stepfree.schemas.serde;

import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads values in the Confluent wire format into the classes of this build, whatever version they
 * were written with. Thread-safe.
 *
 * <p>Throws {@link UndecodableRecordException} for bytes that can never be read, and another {@link
 * RegistryException} when only the registry is missing or does not let us read, and the same bytes
 * may be read later: the two must not be mixed up, or good records would be put aside.
 */
public final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

    private static final int HEADER_BYTES = 5;

    private final RegistryClient registry;
    private final Schema readerSchema;

    /** By the id of the writer's schema. To make one, both schemas are gone through. */
    private final ConcurrentMap<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();

    public AvroDeserializer(RegistryClient registry, Class<T> type) {
        this.registry = registry;
        this.readerSchema = SpecificData.get().getSchema(type);
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka's interface: a null value is a tombstone and stays one.
    public T deserialize(String topic, byte @Nullable [] bytes) {
        if (bytes == null) {
            return null;
        }
        if (bytes.length < HEADER_BYTES || bytes[0] != AvroSerializer.MAGIC) {
            throw new UndecodableRecordException(
                    "a record of %s is not in the Confluent wire format: %d bytes, first %s"
                            .formatted(
                                    topic,
                                    bytes.length,
                                    bytes.length == 0 ? "missing" : "0x%02x".formatted(bytes[0])));
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        if (id < 0) {
            throw new UndecodableRecordException(
                    "a record of %s names schema %d; ids are not negative".formatted(topic, id));
        }
        Schema writerSchema = writerSchema(topic, id);
        try {
            var decoder = new BoundedDecoder(bytes, HEADER_BYTES);
            T value = reader(id, writerSchema).read(null, decoder);
            if (!decoder.isEnd()) {
                throw new UndecodableRecordException(
                        "a record of %s has bytes left over after schema %d".formatted(topic, id));
            }
            return value;
        } catch (IOException
                | AvroRuntimeException
                | ClassCastException
                | IndexOutOfBoundsException
                | NegativeArraySizeException e) {
            throw new UndecodableRecordException(
                    "a record of %s does not fit schema %d as %s: %s"
                            .formatted(topic, id, readerSchema.getFullName(), e),
                    e);
        }
    }

    private DatumReader<T> reader(int id, Schema writerSchema) throws IOException {
        @Nullable DatumReader<T> known = readers.get(id);
        if (known != null) {
            return known;
        }
        DatumReader<T> made =
                SpecificData.getForSchema(readerSchema)
                        .getFastReaderBuilder()
                        .createDatumReader(writerSchema, readerSchema);
        readers.put(id, made);
        return made;
    }

    private Schema writerSchema(String topic, int id) {
        try {
            return registry.schema(id);
        } catch (RegistryException.UnknownSchema e) {
            throw new UndecodableRecordException(
                    "a record of %s names schema %d, which the registry does not have as Avro: %s"
                            .formatted(topic, id, e.getMessage()),
                    e);
        }
    }
}
