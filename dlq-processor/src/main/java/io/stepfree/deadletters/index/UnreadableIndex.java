package io.stepfree.deadletters.index;

import io.stepfree.platform.kafka.RawRecordHandler;
import io.stepfree.schemas.topic.Topics.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Keeps each record that no reader could decode: key, value and headers byte for byte, where it
 * came from, and why it could not be read.
 *
 * <p>The origin stands in headers that Kafka Streams 4.2 (KIP-1034) and our listeners write alike:
 * UTF-8 text, numbers in decimal digits. A record without them was put on the topic by somebody
 * else; it is kept under the place where it lies.
 *
 * <p>Idempotent by topic, partition and offset of the origin. Thread-safe; blocks on the database
 * and throws Jdbi's exceptions when it is down, so that the record comes again.
 */
public final class UnreadableIndex implements RawRecordHandler {

    private static final String INSERT =
            """
            insert into dead_letters.unreadable (topic, topic_partition, topic_offset, error, key, value,
                header_names, header_values)
            values (:topic, :partition, :offset, :error, :key, :value, :headerNames, :headerValues)
            on conflict (topic, topic_partition, topic_offset) do nothing
            """;

    // Kafka's own limit; what is longer is no topic, and would not fit the index.
    private static final int LONGEST_TOPIC = 249;

    private record Origin(String topic, int partition, long offset) {}

    private final Jdbi jdbi;

    public UnreadableIndex(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    @Override
    public void handle(ConsumerRecord<byte[], byte[]> record) {
        var origin = origin(record);
        var headerNames = new ArrayList<byte[]>();
        var headerValues = new ArrayList<byte @Nullable []>();
        for (var header : record.headers()) {
            headerNames.add(header.key().getBytes(StandardCharsets.UTF_8));
            headerValues.add(header.value());
        }
        jdbi.useHandle(handle ->
                handle.createUpdate(INSERT)
                        .bind("topic", origin.topic())
                        .bind("partition", origin.partition())
                        .bind("offset", origin.offset())
                        .bind("error", StorableText.of(error(record.headers())))
                        .bind("key", record.key())
                        .bind("value", record.value())
                        .bindArray("headerNames", byte[].class, headerNames)
                        .bindArray("headerValues", byte[].class, headerValues)
                        .execute());
    }

    private static Origin origin(ConsumerRecord<?, ?> record) {
        String topic = text(record.headers(), Unreadable.TOPIC);
        String partition = text(record.headers(), Unreadable.PARTITION);
        String offset = text(record.headers(), Unreadable.OFFSET);
        if (topic != null
                && topic.length() <= LONGEST_TOPIC
                && partition != null
                && offset != null) {
            try {
                return new Origin(
                        StorableText.of(topic),
                        Integer.parseInt(partition),
                        Long.parseLong(offset));
            } catch (NumberFormatException _) {
                // Not written by one of ours: the record is kept under its own place, below.
            }
        }
        return new Origin(record.topic(), record.partition(), record.offset());
    }

    private static String error(Headers headers) {
        String message = text(headers, Unreadable.MESSAGE);
        if (message != null) {
            return message;
        }
        String exception = text(headers, Unreadable.EXCEPTION);
        return exception != null ? exception : "The record does not say why it could not be read.";
    }

    private static @Nullable String text(Headers headers, String name) {
        var header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? null
                : new String(header.value(), StandardCharsets.UTF_8);
    }
}
