package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.secret.ScanSecrets;
import io.stepfree.platform.secret.SecretProperties;
import io.stepfree.platform.secret.SecretSealer;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** What a client entrusts to a scan is seen by nobody between the gateway and a worker. */
@ExtendWith(GatewayExtension.class)
final class SecretsOnTheirWayTest {

    private static final String MARK = "Rumpelstilz";

    private static final String SCAN =
            """
            {"url": "https://example.com/account",
             "options": {"device": "phone",
                         "headers": {"Authorization": "Bearer Rumpelstilz-1"},
                         "cookies": [{"name": "session", "value": "Rumpelstilz-2"}],
                         "basicAuth": {"username": "Rumpelstilz-3", "password": "Rumpelstilz-4"},
                         "actions": [{"fill": "#password", "text": "Rumpelstilz-5"},
                                     {"press": "Enter"}]}}
            """;

    private final RunningGateway gateway;

    SecretsOnTheirWayTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void theyAreSealedBeforeAnythingIsPublishedAndOnlyTheKeyOpensThem() {
        String id = accepted();

        ScanRequest request = published(id);
        assertThat(request.getOptions().getDevice()).isEqualTo("phone");
        assertThat(request.getOptions().getActions()).hasSize(2);
        var sealer =
                SecretSealer.of(
                        new SecretProperties(Map.of("test", RunningGateway.SECRETS_KEY), ""));
        assertThat(sealer.open(Objects.requireNonNull(request.getOptions().getSecrets()), id))
                .isEqualTo(
                        new ScanSecrets(
                                Map.of("Authorization", "Bearer Rumpelstilz-1"),
                                List.of(new ScanSecrets.Cookie("session", "Rumpelstilz-2", "", "")),
                                new ScanSecrets.BasicAuth("Rumpelstilz-3", "Rumpelstilz-4"),
                                List.of("Rumpelstilz-5")));
    }

    @Test
    void theyAreInNoRecordNoLogLineAndNoAnswer() {
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        String id;
        Answer shown;
        Answer listed;
        Answer refused;
        try {
            id = accepted();
            shown = gateway.get("/api/scans/" + id);
            listed = gateway.get("/api/scans");
            refused = gateway.post("/api/scans", SCAN.replace("\"fill\"", "\"type\""));
        } finally {
            root.detachAppender(log);
        }

        assertThat(shown.status()).isEqualTo(200);
        refused.problem(400, "invalid-fields");
        assertThat(List.of(shown, listed, refused))
                .allSatisfy(answer -> assertThat(answer.body()).doesNotContain(MARK));
        assertThat(log.list).as("the log was heard").isNotEmpty();
        assertThat(List.copyOf(log.list))
                .allSatisfy(line ->
                        assertThat(line.getFormattedMessage() + line.getMDCPropertyMap())
                                .doesNotContain(MARK));
        List<String> records = rawRecords();
        assertThat(records).as("the scan is among them").anyMatch(text -> text.contains(id));
        assertThat(records).noneMatch(text -> text.contains(MARK));
    }

    @Test
    void withoutAKeySuchScansAreRefusedWithTheSettingNamedAndOthersAreTaken() {
        RunningGateway without = gateway.beside();
        try {
            long before = gateway.published(Topics.SCAN_REQUESTS);
            Answer refused = without.post("/api/scans", SCAN);

            JsonNode problem = refused.problem(422, "secrets-not-configured");
            assertThat(problem.path("detail").asString()).contains("stepfree.secrets.keys");
            assertThat(refused.pointers())
                    .containsExactly(
                            "/options/headers",
                            "/options/cookies",
                            "/options/basicAuth",
                            "/options/actions");
            assertThat(refused.body()).doesNotContain(MARK);
            assertThat(gateway.published(Topics.SCAN_REQUESTS)).isEqualTo(before);
            assertThat(
                            without.post(
                                            "/api/scans",
                                            "{\"url\": \"https://example.com/\", \"options\": {\"actions\": [{\"click\": \"#a\"}]}}")
                                    .status())
                    .isEqualTo(202);
        } finally {
            without.stopGateway();
        }
    }

    private String accepted() {
        Answer answer = gateway.post("/api/scans", SCAN);
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(answer.body()).doesNotContain(MARK);
        return answer.json().path("id").asString();
    }

    private ScanRequest published(String scanId) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SCAN_REQUESTS)) {
            return Awaitility.await()
                    .until(
                            () ->
                                    probe.received().stream()
                                            .map(record -> record.value().getRequest())
                                            .filter(Objects::nonNull)
                                            .filter(request -> request.getScanId().equals(scanId))
                                            .toList(),
                            found -> found.size() == 1)
                    .getFirst();
        }
    }

    /** All that the topic holds: keys, values and headers, a character for each byte. */
    private List<String> rawRecords() {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                gateway.kafka().bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(Topics.SCAN_REQUESTS.name()).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            var texts = new ArrayList<String>();
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> texts.add(text(record)));
            }
            return texts;
        }
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        var text = new StringBuilder(text(record.key())).append(text(record.value()));
        record.headers().forEach(header -> text.append(header.key()).append(text(header.value())));
        return text.toString();
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
