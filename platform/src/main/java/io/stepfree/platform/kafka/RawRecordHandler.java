package io.stepfree.platform.kafka;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a service does with one record of which only the bytes matter. Must be idempotent. */
@FunctionalInterface
public interface RawRecordHandler {

    /** Returns when the record is dealt with for good; throws when it is to come again. */
    void handle(ConsumerRecord<byte[], byte[]> record) throws Exception;
}
