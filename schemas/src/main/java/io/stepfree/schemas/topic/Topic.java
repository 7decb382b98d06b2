package io.stepfree.schemas.topic;

import java.time.Duration;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * One topic as it is meant to be: what is created on the broker and written in {@code
 * docs/topics.md}.
 *
 * @param name the topic's name on the broker
 * @param key what the record key holds; decides which records keep their order
 * @param type the class of the values
 * @param partitions how many partitions, at least 1
 * @param retention how long records are kept; for a compacted topic, how long deletions stay
 *     visible
 * @param compacted whether only the newest record of a key is kept
 * @param writers who writes it
 * @param readers who reads it
 */
public record Topic<T extends SpecificRecord>(
        String name,
        Key key,
        Class<T> type,
        int partitions,
        Duration retention,
        boolean compacted,
        String writers,
        String readers) {

    /** What a topic's record keys hold; all keys are UTF-8 strings. */
    public enum Key {
        HOST("host of the target"),
        SCAN_ID("scan id; of summaries, the batch id or the name of the books"),
        BATCH("batch id"),
        SITE("site id"),
        SERVICE_INSTANCE("service instance"),
        ALERT("alert key"),
        SERVICE("addressed service, or every-service"),
        NONE("none");

        private final String text;

        Key(String text) {
            this.text = text;
        }

        /** The words of {@code docs/topics.md}. */
        public String text() {
            return text;
        }
    }

    /**
     * How much is deleted at once: Kafka deletes whole segments, by their newest record, and a
     * segment holds the records of so much time at most.
     */
    public static final Duration SEGMENT = Duration.ofDays(1);

    /** How long a record may still be there: what is kept for 7 days may be read for 8. */
    public Duration longestLife() {
        return retention.plus(SEGMENT);
    }

    /** The name under which the value's schema is registered (Confluent's TopicNameStrategy). */
    public String subject() {
        return name + "-value";
    }

    /** The schema of the values, as this build writes and reads them. */
    public Schema schema() {
        return SpecificData.get().getSchema(type);
    }
}
