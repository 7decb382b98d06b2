package io.stepfree.platform.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps records that cannot be decoded on a topic of their own, byte for byte with their headers,
 * and counts them. The headers it adds are those of KIP-1034, as the stream processors write them.
 */
final class UnreadableRecords {

    private static final Logger log = LoggerFactory.getLogger(UnreadableRecords.class);

    private static final int LONGEST_CUT = 512 << 10;
    private static final String VALUE_CUT_FROM = "stepfree.cut.from.bytes";
    private static final String KEY_CUT_FROM = "stepfree.key.cut.from.bytes";

    private final RecordPublisher publisher;
    private final MeterRegistry meters;

    UnreadableRecords(RecordPublisher publisher, MeterRegistry meters) {
        this.publisher = publisher;
        this.meters = meters;
    }

    /**
     * Returns once the record is kept; throws {@link BrokerUnavailableException} when it could not
     * be. A record that is too large even for that topic has its value and its key cut, and headers
     * say so: a partition never stops for one record.
     */
    void keep(ConsumerRecord<byte[], byte[]> record, Exception reason) {
        try {
            publisher.send(kept(record, reason, record.key(), record.value()));
        } catch (RecordRefusedException e) {
            ProducerRecord<byte[], byte[]> cut =
                    kept(record, reason, cut(record.key()), cut(record.value()));
            sayWhenCut(cut.headers(), KEY_CUT_FROM, record.key());
            sayWhenCut(cut.headers(), VALUE_CUT_FROM, record.value());
            publisher.send(cut);
        }
        OwnMeter.RECORDS_UNREADABLE.counter(meters, "topic", record.topic()).increment();
        log.warn(
                "record {}-{}@{} cannot be dealt with and was kept on {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                Topics.Unreadable.NAME,
                reason.getMessage());
    }

    private static byte @Nullable [] cut(byte @Nullable [] bytes) {
        return bytes == null ? null : Arrays.copyOf(bytes, Math.min(bytes.length, LONGEST_CUT));
    }

    private static void sayWhenCut(Headers headers, String name, byte @Nullable [] bytes) {
        if (bytes != null && bytes.length > LONGEST_CUT) {
            put(headers, name, Integer.toString(bytes.length));
        }
    }

    private static ProducerRecord<byte[], byte[]> kept(
            ConsumerRecord<byte[], byte[]> record,
            Exception reason,
            byte @Nullable [] key,
            byte @Nullable [] value) {
        var kept =
                new ProducerRecord<byte[], byte[]>(
                        Topics.Unreadable.NAME, null, key, value, record.headers());
        Headers headers = kept.headers();
        put(headers, Topics.Unreadable.EXCEPTION, reason.getClass().getName());
        put(headers, Topics.Unreadable.MESSAGE, String.valueOf(reason.getMessage()));
        put(headers, Topics.Unreadable.TOPIC, record.topic());
        put(headers, Topics.Unreadable.PARTITION, Integer.toString(record.partition()));
        put(headers, Topics.Unreadable.OFFSET, Long.toString(record.offset()));
        return kept;
    }

    private static void put(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
