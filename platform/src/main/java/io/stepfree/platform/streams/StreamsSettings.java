package io.stepfree.platform.streams;

import io.stepfree.platform.kafka.ClientSettings;
import io.stepfree.platform.kafka.KafkaProperties;
import io.stepfree.schemas.topic.Topics;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The settings of our stream processors: exactly once, and nothing dropped in silence. */
public final class StreamsSettings {

    private static final int CHANGELOG_SEGMENT_BYTES = 64 << 20;

    private final ClientSettings clients;
    private final KafkaProperties properties;

    StreamsSettings(ClientSettings clients, KafkaProperties properties) {
        this.clients = clients;
        this.properties = properties;
    }

    Properties of(String applicationId) {
        var settings = new Properties();
        settings.putAll(clients.common());
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, properties.stateDirectory().toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) properties.replicationFactor());
        // What was done is seen by others once it is committed, and a thread that waits for records
        // neither commits nor looks at the clock meanwhile.
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
        settings.put(StreamsConfig.POLL_MS_CONFIG, 20);
        // A cache would only hold back what the next step waits for.
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        settings.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                KeepUndecodable.class);
        settings.put(
                StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Topics.Unreadable.NAME);
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
        settings.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2_000);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "zstd");
        settings.put(
                StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                Topics.Unreadable.MAX_BYTES);
        // What a store writes down is compacted, but Kafka leaves the newest segment alone, 1 GB by
        // default, and waits until half of the rest is old.
        internalTopics(settings, TopicConfig.SEGMENT_BYTES_CONFIG, CHANGELOG_SEGMENT_BYTES);
        internalTopics(settings, TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, 0.2);
        return settings;
    }

    private static void internalTopics(Properties settings, String name, Object value) {
        settings.put(StreamsConfig.topicPrefix(name), value.toString());
    }
}
