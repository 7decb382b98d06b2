package io.stepfree.scheduler.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in Avro's single-object encoding, which names the schema by its fingerprint: nobody
 * but the scheduler reads them, so they need no registry, and a store can be opened while it is
 * down. Rows of earlier versions are read with their own schemas, which are kept beside this class
 * as {@code <Record>-v<number>.avsc}, numbered from 1 without gaps.
 */
public final class StateSerde {

    private StateSerde() {}

    /** For rows of this class. */
    public static <T extends SpecificRecord> Serde<T> of(Class<T> type) {
        Schema schema = SpecificData.get().getSchema(type);
        SpecificData model = SpecificData.getForSchema(schema);
        var encoder = new BinaryMessageEncoder<T>(model, schema);
        var decoder = new BinaryMessageDecoder<T>(model, schema);
        for (int version = 1; ; version++) {
            Schema earlier = version(type, version);
            if (earlier == null) {
                return Serdes.serdeFrom(serializer(encoder), deserializer(decoder));
            }
            decoder.addSchema(earlier);
        }
    }

    /** A schema that was once in use; null when there are not so many. */
    static @Nullable Schema version(Class<?> type, int version) {
        String name = "%s-v%d.avsc".formatted(type.getSimpleName(), version);
        try (InputStream file = StateSerde.class.getResourceAsStream(name)) {
            return file == null ? null : new Schema.Parser().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("NullAway") // Kafka's interface: a null row is a deletion.
    private static <T> Serializer<T> serializer(BinaryMessageEncoder<T> encoder) {
        return (topic, row) -> {
            try {
                return row == null ? null : encoder.encode(row).array();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @SuppressWarnings("NullAway") // Kafka's interface: a null row is a deletion.
    private static <T> Deserializer<T> deserializer(BinaryMessageDecoder<T> decoder) {
        return (topic, bytes) -> {
            try {
                return bytes == null ? null : decoder.decode(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
