package io.stepfree.processor.job;

import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;

/**
 * One member of the share group, who holds at most one job. For one thread. After a {@link
 * ClaimLostException} it must be closed, because the client may then hold more than we know;
 * closing lets go of whatever it holds at once.
 *
 * <p>Never releases or rejects: a released job comes back at once, a rejected one disappears in
 * silence.
 */
final class Claims implements AutoCloseable {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration SAME_RECORD_TIMEOUT = Duration.ofSeconds(1);

    /**
     * The mark that ends a transaction is a record to the broker, and what a member is given
     * instead of a job where one record is all it may have. The client lets go of such a mark only
     * with its next poll, so a long poll waits beside jobs that could be had. At 50 ms the polling
     * itself costs nothing that shows; at 20 ms it does.
     */
    private static final Duration POLL = Duration.ofMillis(50);

    private final KafkaShareConsumer<byte[], byte[]> consumer;

    Claims(KafkaShareConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** A job that is ours until the lock ends. */
    final class Claim {

        private ConsumerRecord<byte[], byte[]> record;

        private Claim(ConsumerRecord<byte[], byte[]> record) {
            this.record = record;
        }

        ConsumerRecord<byte[], byte[]> record() {
            return record;
        }

        /** How often the job was handed out, from 1; this time counts. */
        int deliveries() {
            return record.deliveryCount().map(Short::intValue).orElse(1);
        }

        /**
         * Starts the lock's time anew; that it fails is how we learn that the job is no longer
         * ours.
         */
        void renew() throws ClaimLostException {
            acknowledge(AcknowledgeType.RENEW);
            // The client hands a renewed record out again, and takes no further word on it before
            // that.
            ConsumerRecords<byte[], byte[]> again = consumer.poll(SAME_RECORD_TIMEOUT);
            Iterator<ConsumerRecord<byte[], byte[]>> records = again.iterator();
            if (!records.hasNext()) {
                throw new ClaimLostException(name() + " did not come back after its renewal", null);
            }
            ConsumerRecord<byte[], byte[]> same = records.next();
            if (same.offset() != record.offset() || same.partition() != record.partition()) {
                throw new ClaimLostException("another job came in the place of " + name(), null);
            }
            record = same;
        }

        /** Tells the broker that the job is done. */
        void accept() throws ClaimLostException {
            acknowledge(AcknowledgeType.ACCEPT);
        }

        private void acknowledge(AcknowledgeType type) throws ClaimLostException {
            Map<TopicIdPartition, Optional<KafkaException>> answers;
            try {
                consumer.acknowledge(record, type);
                answers = consumer.commitSync(CALL_TIMEOUT);
            } catch (KafkaException | IllegalStateException e) {
                throw new ClaimLostException(
                        "%s of %s failed: %s".formatted(type, name(), e.getMessage()), e);
            }
            for (Optional<KafkaException> answer : answers.values()) {
                if (answer.isPresent()) {
                    throw new ClaimLostException(
                            "%s of %s was refused: %s"
                                    .formatted(type, name(), answer.get().getMessage()),
                            answer.get());
                }
            }
        }

        private String name() {
            return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
        }
    }

    /** The next job, if one comes within {@code timeout}. */
    Optional<Claim> take(Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        do {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return Optional.of(new Claim(record));
            }
        } while (System.nanoTime() < end);
        return Optional.empty();
    }

    @Override
    public void close() {
        // Also when the slot was interrupted: an interrupted thread could not say goodbye.
        boolean interrupted = Thread.interrupted();
        try {
            consumer.close(CLOSE_TIMEOUT);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
