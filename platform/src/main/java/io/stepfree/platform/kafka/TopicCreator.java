package io.stepfree.platform.kafka;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics of the catalogue that are not there yet. Every service does so at its start;
 * the first one succeeds, and an existing topic is left as it is.
 */
final class TopicCreator {

    private static final Logger log = LoggerFactory.getLogger(TopicCreator.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

    private final ClientSettings settings;
    private final KafkaProperties properties;

    TopicCreator(ClientSettings settings, KafkaProperties properties) {
        this.settings = settings;
        this.properties = properties;
    }

    /**
     * Returns when every topic exists.
     *
     * @throws CannotStartException when the broker was not there within {@code
     *     stepfree.kafka.startup-timeout}
     */
    void createMissing() {
        Instant giveUp = Instant.now().plus(properties.startupTimeout());
        Map<String, Object> config = settings.common();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) CALL_TIMEOUT.toMillis());
        try (var admin = Admin.create(config)) {
            while (true) {
                try {
                    create(admin);
                    return;
                } catch (ExecutionException e) {
                    String reason = String.valueOf(e.getCause());
                    if (Instant.now().isAfter(giveUp)) {
                        throw new CannotStartException(
                                "no topic could be created at %s within %s: %s; is the broker running, and is stepfree.kafka.bootstrap-servers right?"
                                        .formatted(
                                                properties.bootstrapServers(),
                                                properties.startupTimeout(),
                                                reason),
                                e);
                    }
                    log.warn(
                            "waiting for the broker at {}: {}",
                            properties.bootstrapServers(),
                            reason);
                }
            }
        } catch (KafkaException e) {
            throw new CannotStartException(
                    "no Kafka client can be made with stepfree.kafka.bootstrap-servers %s and the settings under stepfree.kafka.client: %s"
                            .formatted(properties.bootstrapServers(), reason(e)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating topics", e);
        }
    }

    /** The client itself says only that it could not be made; the reason is beneath. */
    private static String reason(KafkaException failure) {
        Throwable cause = failure.getCause();
        return String.valueOf((cause == null ? failure : cause).getMessage());
    }

    private void create(Admin admin) throws ExecutionException, InterruptedException {
        for (KafkaFuture<Void> created : admin.createTopics(topics()).values().values()) {
            try {
                created.get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private List<NewTopic> topics() {
        var topics = new ArrayList<NewTopic>();
        for (Topic<?> topic : Topics.all()) {
            Map<String, String> config = config(topic.retention());
            if (topic.compacted()) {
                config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
            }
            if (topic.equals(Topics.SCAN_REQUESTS) && properties.flushRequests()) {
                config.put(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1");
            }
            topics.add(topic(topic.name(), topic.partitions(), config));
        }
        Map<String, String> unreadable = config(Topics.Unreadable.RETENTION);
        unreadable.put(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(Topics.Unreadable.MAX_BYTES));
        topics.add(topic(Topics.Unreadable.NAME, Topics.Unreadable.PARTITIONS, unreadable));
        return topics;
    }

    private NewTopic topic(String name, int partitions, Map<String, String> config) {
        return new NewTopic(name, partitions, properties.replicationFactor()).configs(config);
    }

    private Map<String, String> config(Duration retention) {
        var config = new HashMap<String, String>();
        config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        // The broker's default would keep what is to go after a day for up to eight.
        config.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Topic.SEGMENT.toMillis()));
        config.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(properties.minInsyncReplicas()));
        return config;
    }
}
