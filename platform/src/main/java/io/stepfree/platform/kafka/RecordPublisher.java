package io.stepfree.platform.kafka;

import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.serde.AvroSerializer;
import io.stepfree.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes records and waits until the broker has them safely. Thread-safe; blocks the calling thread
 * only.
 */
public final class RecordPublisher implements AutoCloseable {

    /** Whoever waits for an answer is to have one within a second. */
    private static final Duration PATIENCE = Duration.ofMillis(700);

    private static final long LOOK_MILLIS = 20;

    /** A record that was handed over. */
    @FunctionalInterface
    public interface OnItsWay {

        /** Returns once the broker has it safely, or throws as {@link #publish} does. */
        void await();
    }

    private final KafkaProducer<byte[], byte[]> producer;
    private final DoubleSupplier connections;
    private final AvroSerdes serdes;

    RecordPublisher(ClientSettings settings, AvroSerdes serdes) {
        this.serdes = serdes;
        this.producer =
                new KafkaProducer<>(
                        settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
        this.connections = connections(producer);
    }

    /**
     * Writes one record and returns once it is acknowledged by enough replicas.
     *
     * @param key the record key, null for a topic without keys
     * @param id goes along as the record header {@value RequestId#RECORD_HEADER}
     * @throws BrokerUnavailableException when that did not happen within {@code
     *     stepfree.kafka.publish-timeout}
     * @throws RecordRefusedException when it never can
     * @throws io.stepfree.schemas.registry.RegistryException when its schema is new and cannot be
     *     registered
     */
    public <T extends SpecificRecord> RecordMetadata publish(
            Topic<T> topic, @Nullable String key, T value, RequestId id) {
        return send(record(topic, key, value, id));
    }

    /**
     * The same for somebody who waits for the answer: throws after {@link #PATIENCE} already when
     * no broker is connected then. The record may be written all the same, should one come back
     * within the time-out.
     */
    public <T extends SpecificRecord> RecordMetadata publishPromptly(
            Topic<T> topic, @Nullable String key, T value, RequestId id) {
        ProducerRecord<byte[], byte[]> record = record(topic, key, value, id);
        return await(handOnItsOwn(record), record, PATIENCE);
    }

    /**
     * Hands a record over without waiting, so that many can be on their way at once.
     *
     * @throws RecordRefusedException when it never can be written
     * @throws BrokerUnavailableException when it could not even be handed over
     */
    public <T extends SpecificRecord> OnItsWay publishLater(
            Topic<T> topic, @Nullable String key, T value, RequestId id) {
        ProducerRecord<byte[], byte[]> record = record(topic, key, value, id);
        Future<RecordMetadata> sent = hand(record);
        return () -> {
            var _ = await(sent, record, null);
        };
    }

    private <T extends SpecificRecord> ProducerRecord<byte[], byte[]> record(
            Topic<T> topic, @Nullable String key, T value, RequestId id) {
        AvroSerializer<T> serializer = serdes.serializer();
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        var record =
                new ProducerRecord<>(
                        topic.name(), keyBytes, serializer.serialize(topic.name(), value));
        id.writeTo(record.headers());
        Traces.writeTo(record.headers(), null);
        return record;
    }

    /**
     * Writes a tombstone, a record without a value: whoever keeps what came under the key is to
     * forget it. Returns and throws like {@link #publish}.
     */
    public RecordMetadata publishTombstone(Topic<?> topic, String key, RequestId id) {
        var record =
                new ProducerRecord<byte[], byte[]>(
                        topic.name(), key.getBytes(StandardCharsets.UTF_8), null);
        id.writeTo(record.headers());
        Traces.writeTo(record.headers(), null);
        return send(record);
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        return await(hand(record), record, null);
    }

    private Future<RecordMetadata> hand(ProducerRecord<byte[], byte[]> record) {
        try {
            return toProducer(record);
        } catch (KafkaException e) {
            throw failure(record, e);
        }
    }

    private Future<RecordMetadata> toProducer(ProducerRecord<byte[], byte[]> record) {
        Future<RecordMetadata> sent = producer.send(record);
        return PlantedBug.ACKNOWLEDGE_BEFORE_PRODUCE.isPlanted()
                ? CompletableFuture.completedFuture(nothingYet(record))
                : sent;
    }

    /**
     * @param patience null to wait as long as it takes
     */
    private RecordMetadata await(
            Future<RecordMetadata> sent,
            ProducerRecord<byte[], byte[]> record,
            @Nullable Duration patience) {
        try {
            return patience == null ? sent.get() : await(sent, record, patience.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException(
                    "interrupted while writing to " + record.topic(), e);
        } catch (ExecutionException e) {
            throw failure(record, cause(e));
        }
    }

    /** What went wrong, without what says only that it did so elsewhere. */
    private static Throwable cause(ExecutionException failure) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** On another thread, because without a broker already the call that sends it may wait. */
    private Future<RecordMetadata> handOnItsOwn(ProducerRecord<byte[], byte[]> record) {
        var sent = new FutureTask<RecordMetadata>(() -> toProducer(record).get());
        Thread.ofVirtual().name("publish").start(sent);
        return sent;
    }

    private RecordMetadata await(
            Future<RecordMetadata> sent, ProducerRecord<byte[], byte[]> record, long patienceMillis)
            throws InterruptedException, ExecutionException {
        long waited = patienceMillis;
        while (true) {
            try {
                return sent.get(waited, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // One that tries to connect counts for a moment, so it is looked at again and
                // again.
                if (connections.getAsDouble() == 0) {
                    throw new BrokerUnavailableException(
                            "no broker is connected to take a record for " + record.topic(), e);
                }
                waited = LOOK_MILLIS;
            }
        }
    }

    /** To how many brokers, counted as they come and go. */
    private static DoubleSupplier connections(KafkaProducer<?, ?> producer) {
        Metric count =
                producer.metrics().entrySet().stream()
                        .filter(metric ->
                                metric.getKey().name().equals("connection-count")
                                        && metric.getKey().group().equals("producer-metrics"))
                        .map(Map.Entry::getValue)
                        .findAny()
                        .orElseThrow();
        return () -> ((Number) count.metricValue()).doubleValue();
    }

    /** Only for a planted bug: where the record will be is not known yet. */
    private static RecordMetadata nothingYet(ProducerRecord<byte[], byte[]> record) {
        return new RecordMetadata(new TopicPartition(record.topic(), 0), -1, 0, -1, -1, -1);
    }

    private static RuntimeException failure(
            ProducerRecord<byte[], byte[]> record, Throwable cause) {
        if (cause instanceof RecordTooLargeException || cause instanceof InvalidTopicException) {
            return new RecordRefusedException(
                    "a record for %s was refused: %s".formatted(record.topic(), cause.getMessage()),
                    cause);
        }
        return new BrokerUnavailableException(
                "the broker did not acknowledge a record for %s: %s"
                        .formatted(record.topic(), cause.getMessage()),
                cause);
    }

    @Override
    public void close() {
        producer.close();
    }
}
