package io.stepfree.platform.kafka;

import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import org.apache.avro.specific.SpecificRecord;

/** Makes readers for the topics of the catalogue. */
public final class RecordReaders {

    private final AvroSerdes serdes;
    private final UnreadableRecords unreadable;

    RecordReaders(AvroSerdes serdes, UnreadableRecords unreadable) {
        this.serdes = serdes;
        this.unreadable = unreadable;
    }

    public <T extends SpecificRecord> RecordReader<T> reader(Topic<T> topic) {
        return new RecordReader<>(serdes.deserializer(topic), unreadable);
    }
}
