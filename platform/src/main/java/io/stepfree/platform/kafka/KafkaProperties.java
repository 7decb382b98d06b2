package io.stepfree.platform.kafka;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How a service reaches the broker.
 *
 * @param bootstrapServers the brokers to ask first, as host:port, separated by commas
 * @param replicationFactor how many brokers keep each record of the topics that are created; 1 on a
 *     single broker
 * @param minInsyncReplicas how many of them must have a record before it counts as written
 * @param flushRequests whether scan.requests is flushed to disk before it is acknowledged: wanted
 *     on a single broker, where no replica would survive it
 * @param publishTimeout how long a record may take to be acknowledged, in all
 * @param startupTimeout how long a starting service waits for the broker
 * @param stateDirectory where the stream processors keep their stores
 * @param client further settings for every Kafka client, such as security.protocol
 */
@Validated
@ConfigurationProperties("stepfree.kafka")
public record KafkaProperties(
        @DefaultValue("127.0.0.1:9092") @NotBlank String bootstrapServers,
        @DefaultValue("3") @Min(1) short replicationFactor,
        @DefaultValue("2") @Min(1) int minInsyncReplicas,
        @DefaultValue("false") boolean flushRequests,
        @DefaultValue("10s") Duration publishTimeout,
        @DefaultValue("60s") Duration startupTimeout,
        @DefaultValue("state") Path stateDirectory,
        @DefaultValue Map<String, String> client) {

    public KafkaProperties {
        if (minInsyncReplicas > replicationFactor) {
            throw new IllegalArgumentException(
                    "stepfree.kafka.min-insync-replicas %d exceeds replication-factor %d: nothing could ever be written"
                            .formatted(minInsyncReplicas, replicationFactor));
        }
        if (publishTimeout.compareTo(Duration.ofMillis(500)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.kafka.publish-timeout %s is below 500ms".formatted(publishTimeout));
        }
        client = Map.copyOf(client);
    }

    /** Without the client settings, which may hold secrets. */
    @Override
    public String toString() {
        return "KafkaProperties[bootstrapServers=%s]".formatted(bootstrapServers);
    }
}
