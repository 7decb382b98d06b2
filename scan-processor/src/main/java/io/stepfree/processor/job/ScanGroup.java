package io.stepfree.processor.job;

import io.stepfree.platform.planted.PlantedBug;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A share group (KIP-932) through which all workers take what is to be done: each record is locked
 * for one member, acknowledged by itself, and comes back when its member dies.
 */
final class ScanGroup {

    private static final String SCAN_WORKERS = "scan-workers";
    private static final String SITE_READERS = "site-readers";

    /**
     * The broker's default of group.share.delivery.count.limit; at the last one it drops the record
     * in silence.
     */
    static final int DELIVERY_LIMIT = 5;

    /**
     * How often a lock of 30 s (the broker's default) is renewed, so that two renewals may go
     * wrong.
     */
    static final Duration RENEWAL = Duration.ofSeconds(8);

    private static final Logger LOG = LoggerFactory.getLogger(ScanGroup.class);
    private static final int CALL_TIMEOUT_MILLIS = 5_000;

    private final Map<String, Object> clientSettings;
    private final String name;
    private final Topic<?> topic;

    private ScanGroup(Map<String, Object> clientSettings, String name, Topic<?> topic) {
        this.clientSettings = Map.copyOf(clientSettings);
        this.name = name;
        this.topic = topic;
    }

    /**
     * The group that takes scans.
     *
     * @param clientSettings how to reach the broker
     */
    static ScanGroup ofScans(Map<String, Object> clientSettings) {
        return new ScanGroup(clientSettings, SCAN_WORKERS, Topics.SCAN_JOBS);
    }

    /**
     * The group that takes documents of sites, so that none of them holds up a scan.
     *
     * @param clientSettings how to reach the broker
     */
    static ScanGroup ofDocuments(Map<String, Object> clientSettings) {
        return new ScanGroup(clientSettings, SITE_READERS, Topics.SITE_FETCHES);
    }

    /** Where the group begins: at the first job there is, unless a bug is planted. */
    private static String start() {
        return PlantedBug.SHARE_GROUP_AT_LATEST.isPlanted() ? "latest" : "earliest";
    }

    /**
     * Sets what the group needs, because the broker's defaults would skip the jobs that were there
     * before the first member and show those of aborted transactions. Tries until the broker
     * answers.
     */
    void configure() throws InterruptedException {
        boolean told = false;
        while (true) {
            try (Admin admin = admin()) {
                admin.incrementalAlterConfigs(
                                Map.of(
                                        new ConfigResource(ConfigResource.Type.GROUP, name),
                                        List.of(
                                                set("share.auto.offset.reset", start()),
                                                set("share.isolation.level", "read_committed"))))
                        .all()
                        .get();
                return;
            } catch (ExecutionException | KafkaException e) {
                if (!told) {
                    LOG.warn("Waiting for the broker to set up {}: {}", name, e.getMessage());
                    told = true;
                }
                Thread.sleep(1_000);
            }
        }
    }

    /** A new member; to be used and closed by one thread. */
    KafkaShareConsumer<byte[], byte[]> join() {
        var settings = new HashMap<>(clientSettings);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, name);
        settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
        settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        var consumer =
                new KafkaShareConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic.name()));
        return consumer;
    }

    private Admin admin() {
        var settings = new HashMap<>(clientSettings);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MILLIS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_TIMEOUT_MILLIS);
        return Admin.create(settings);
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }
}
