package io.stepfree.platform.kafka;

import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.tracing.Traces;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.serde.AvroSerializer;
import io.stepfree.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
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

    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerdes serdes;

    RecordPublisher(ClientSettings settings, AvroSerdes serdes) {
        this.serdes = serdes;
        this.producer =
                new KafkaProducer<>(
                        settings.producer(), new ByteArraySerializer(), new ByteArraySerializer());
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
        AvroSerializer<T> serializer = serdes.serializer();
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        var record =
                new ProducerRecord<>(
                        topic.name(), keyBytes, serializer.serialize(topic.name(), value));
        id.writeTo(record.headers());
        Traces.writeTo(record.headers(), null);
        return send(record);
    }

    RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
        try {
            if (PlantedBug.ACKNOWLEDGE_BEFORE_PRODUCE.isPlanted()) {
                var _ = producer.send(record);
                return nothingYet(record);
            }
            return producer.send(record).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException(
                    "interrupted while writing to " + record.topic(), e);
        } catch (ExecutionException e) {
            throw failure(record, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            throw failure(record, e);
        }
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
