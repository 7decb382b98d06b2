package io.stepfree.platform.kafka;

import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Makes readers for the topics of the catalogue. */
public final class RecordReaders {

    private final AvroSerdes serdes;
    private final UnreadableRecords unreadable;

    RecordReaders(AvroSerdes serdes, UnreadableRecords unreadable) {
        this.serdes = serdes;
        this.unreadable = unreadable;
    }

    /** Keeps a record aside that was decoded but can never be dealt with. */
    void keep(ConsumerRecord<byte[], byte[]> record, Exception reason) {
        unreadable.keep(record, reason);
    }

    public <T extends SpecificRecord> RecordReader<T> reader(Topic<T> topic) {
        return new RecordReader<>(serdes.deserializer(topic), unreadable);
    }
}
