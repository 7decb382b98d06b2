package io.stepfree.platform.kafka;

import io.stepfree.schemas.serde.AvroDeserializer;
import io.stepfree.schemas.serde.UndecodableRecordException;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes the records of one topic; what cannot be decoded is kept aside, never dropped.
 * Thread-safe.
 */
public final class RecordReader<T extends SpecificRecord> {

    private final AvroDeserializer<T> deserializer;
    private final UnreadableRecords unreadable;

    RecordReader(AvroDeserializer<T> deserializer, UnreadableRecords unreadable) {
        this.deserializer = deserializer;
        this.unreadable = unreadable;
    }

    /**
     * The record's value; empty for a tombstone, and for one that cannot be decoded, which by then
     * is safe on {@code ops.unreadable}.
     *
     * @throws BrokerUnavailableException when it could not be kept: read it again later
     * @throws io.stepfree.schemas.registry.RegistryException.Unavailable when only its schema is
     *     missing: read it again later
     */
    public Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.ofNullable(deserializer.deserialize(record.topic(), record.value()));
        } catch (UndecodableRecordException e) {
            unreadable.keep(record, e);
            return Optional.empty();
        }
    }

    /**
     * Keeps a record aside that was decoded but can never be dealt with, and returns once it is
     * safe on {@code ops.unreadable}.
     *
     * @throws BrokerUnavailableException when it could not be kept: try again later
     */
    public void keep(ConsumerRecord<byte[], byte[]> record, Exception reason) {
        unreadable.keep(record, reason);
    }
}
