package io.stepfree.platform.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.schemas.serde.UndecodableRecordException;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps records that cannot be decoded on a topic of their own, byte for byte with their headers,
 * and counts them. The headers it adds are those of KIP-1034, as the stream processors write them.
 */
final class UnreadableRecords {

    private static final Logger log = LoggerFactory.getLogger(UnreadableRecords.class);

    private final RecordPublisher publisher;
    private final MeterRegistry meters;

    UnreadableRecords(RecordPublisher publisher, MeterRegistry meters) {
        this.publisher = publisher;
        this.meters = meters;
    }

    /**
     * Returns once the record is kept; throws {@link BrokerUnavailableException} when it could not
     * be.
     */
    void keep(ConsumerRecord<byte[], byte[]> record, UndecodableRecordException reason) {
        var kept =
                new ProducerRecord<byte[], byte[]>(
                        Topics.Unreadable.NAME,
                        null,
                        record.key(),
                        record.value(),
                        record.headers());
        Headers headers = kept.headers();
        put(headers, Topics.Unreadable.EXCEPTION, reason.getClass().getName());
        put(headers, Topics.Unreadable.MESSAGE, String.valueOf(reason.getMessage()));
        put(headers, Topics.Unreadable.TOPIC, record.topic());
        put(headers, Topics.Unreadable.PARTITION, Integer.toString(record.partition()));
        put(headers, Topics.Unreadable.OFFSET, Long.toString(record.offset()));
        publisher.send(kept);
        meters.counter("stepfree.records.unreadable", "topic", record.topic()).increment();
        log.warn(
                "record {}-{}@{} cannot be decoded and was kept on {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                Topics.Unreadable.NAME,
                reason.getMessage());
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
