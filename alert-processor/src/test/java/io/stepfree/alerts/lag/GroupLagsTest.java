package io.stepfree.alerts.lag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.fixture.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GroupLagsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestKafka kafka;
    private static Admin admin;

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        kafka.close();
    }

    @Test
    void aConsumerGroupIsBehindByWhatItHasNotStored() throws Exception {
        create("words", 2);
        send("words", 0, 5);
        send("words", 1, 4);
        store("report-builder-test", Map.of("words", List.of(2L, 4L)));
        store("somebody-else", Map.of("words", List.of(0L, 0L)));

        assertThat(new GroupLags(admin).measure())
                .containsEntry("report-builder-test", 3L)
                .doesNotContainKey("somebody-else");
    }

    @Test
    void aGroupThatAnEarlierSchedulerLeftBehindDoesNotCount() throws Exception {
        create("signals", 1);
        send("signals", 0, 3);
        store("scan-scheduler-1a2b3c4d-signals", Map.of("signals", List.of(0L)));
        store("scan-scheduler", Map.of("signals", List.of(1L)));

        assertThat(new GroupLags(admin).measure())
                .containsEntry("scan-scheduler", 2L)
                .doesNotContainKey("scan-scheduler-1a2b3c4d-signals");
    }

    @Test
    void aShareGroupIsBehindByWhatItHasNotAcknowledged() throws Exception {
        create("jobs", 1);
        fromTheBeginning("scan-test");
        send("jobs", 0, 5);
        try (var consumer = new KafkaShareConsumer<String, String>(settings("scan-test"))) {
            consumer.subscribe(List.of("jobs"));
            await().atMost(PATIENCE).until(() -> consumer.poll(Duration.ofMillis(500)).count() > 0);
            // The next poll acknowledges what the last one gave.
            assertThat(consumer.poll(Duration.ofMillis(500)).count()).isZero();
            consumer.commitSync();
        }
        send("jobs", 0, 4);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(new GroupLags(admin).measure()).containsEntry("scan-test", 4L));
    }

    private static void create(String topic, int partitions)
            throws ExecutionException, InterruptedException {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all().get();
    }

    private static void fromTheBeginning(String group)
            throws ExecutionException, InterruptedException {
        admin.incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(ConfigResource.Type.GROUP, group),
                                List.of(
                                        new AlterConfigOp(
                                                new ConfigEntry(
                                                        "share.auto.offset.reset", "earliest"),
                                                AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static void send(String topic, int partition, int records) {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (int i = 0; i < records; i++) {
                var _ = producer.send(new ProducerRecord<>(topic, partition, "key", "value"));
            }
        }
    }

    private static void store(String group, Map<String, List<Long>> offsets) {
        try (var consumer = new KafkaConsumer<String, String>(settings(group))) {
            offsets.forEach((topic, positions) -> {
                for (int partition = 0; partition < positions.size(); partition++) {
                    consumer.commitSync(
                            Map.of(
                                    new TopicPartition(topic, partition),
                                    new OffsetAndMetadata(positions.get(partition))));
                }
            });
        }
    }

    private static Map<String, Object> settings(String group) {
        return Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                group,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                StringDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                StringDeserializer.class);
    }
}
