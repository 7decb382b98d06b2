package io.stepfree.platform.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a service does with one record. Must be idempotent: a record may come again. */
@FunctionalInterface
public interface RecordHandler<T> {

    /**
     * Returns when the record is dealt with for good. Throws when it is to come again, which is
     * right only where time can mend the reason.
     *
     * @param value the decoded value
     * @param record where it came from, with headers and raw bytes
     */
    void handle(T value, ConsumerRecord<byte[], byte[]> record) throws Exception;
}
