package io.stepfree.scheduler.lifecycle;

import io.stepfree.schemas.scan.ScanState;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes rows in Avro's single-object encoding, which names the schema by its fingerprint: nobody
 * but the scheduler reads them, so they need no registry, and a store can be opened while it is
 * down.
 */
final class ScanStateSerde {

    private ScanStateSerde() {}

    static Serde<ScanState> create() {
        return Serdes.serdeFrom(serializer(), deserializer());
    }

    @SuppressWarnings("NullAway") // Kafka's interface: a null row is a deletion.
    private static Serializer<ScanState> serializer() {
        return (topic, row) -> {
            try {
                return row == null ? null : row.toByteBuffer().array();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    @SuppressWarnings("NullAway") // Kafka's interface: a null row is a deletion.
    private static Deserializer<ScanState> deserializer() {
        return (topic, bytes) -> {
            try {
                return bytes == null ? null : ScanState.getDecoder().decode(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
