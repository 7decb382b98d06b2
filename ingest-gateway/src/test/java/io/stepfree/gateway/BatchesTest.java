package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(GatewayExtension.class)
final class BatchesTest {

    private final RunningGateway gateway;
    private final String batch = "audit-" + UUID.randomUUID();

    BatchesTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void aScanThatNamesABatchIsPublishedAsPartOfIt() {
        Answer answer =
                gateway.post(
                        "/api/scans",
                        """
                        {"url": "https://example.com/", "batch": "%s"}
                        """
                                .formatted(batch));

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        String id = answer.json().path("id").asString();
        ScanRequest request = Objects.requireNonNull(command(id).value().getRequest());
        assertThat(request.getBatchId()).isEqualTo(batch);
        assertThat(gateway.get("/api/scans/" + id).json().path("batch").asString())
                .isEqualTo(batch);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a b\"", "\"ä\"", "7", "[\"a\"]"})
    void aNameThatNoBatchCanHaveIsRefused(String name) {
        Answer answer =
                gateway.post(
                        "/api/scans",
                        """
                        {"url": "https://example.com/", "batch": %s}
                        """
                                .formatted(name));

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().path("errors").path(0).path("pointer").asString())
                .isEqualTo("/batch");
    }

    @Test
    void aBatchTellsHowFarItIs() {
        project(4, 1, 1, 0);

        Answer answer = gateway.get("/api/batches/" + batch);

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode body = answer.json();
        assertThat(body.path("id").asString()).isEqualTo(batch);
        assertThat(body.path("status").asString()).isEqualTo("open");
        assertThat(body.path("accepted").asInt()).isEqualTo(4);
        assertThat(body.path("waiting").asInt()).isEqualTo(1);
        assertThat(body.path("running").asInt()).isEqualTo(1);
        assertThat(body.path("completed").asInt()).isEqualTo(1);
        assertThat(body.path("deadLettered").asInt()).isEqualTo(1);
        assertThat(body.path("updatedAt").asString()).isEqualTo("2026-01-01T10:00:00Z");
    }

    @Test
    void aBatchWithoutOpenScansHasEnded() {
        project(2, 0, 0, 0);

        assertThat(gateway.get("/api/batches/" + batch).json().path("status").asString())
                .isEqualTo("ended");
    }

    @Test
    void theCancelOfABatchIsPublishedUnderItsName() {
        project(4, 2, 0, 0);

        Answer answer = gateway.delete("/api/batches/" + batch);

        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        try (var probe = probe()) {
            assertThat(probe.received())
                    .filteredOn(record -> batch.equals(record.value().getBatchId()))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.key()).isEqualTo(batch);
                        assertThat(record.value().getKind()).isEqualTo(CommandKind.CANCEL_BATCH);
                        assertThat(record.value().getRequestId())
                                .isEqualTo(answer.json().path("requestId").asString());
                    });
        }
    }

    @Test
    void aBatchThatHasEndedCannotBeCancelled() {
        project(2, 0, 0, 0);

        Answer answer = gateway.delete("/api/batches/" + batch);

        assertThat(answer.status()).as(answer.body()).isEqualTo(409);
        assertThat(answer.json().path("detail").asString())
                .contains("Batch " + batch + " has ended: none of its 2 scans is open");
        try (var probe = probe()) {
            assertThat(probe.received())
                    .noneMatch(record -> batch.equals(record.value().getBatchId()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody-knows-it", "a%20b", "%00"})
    void anUnknownBatchIsNotFound(String id) {
        assertThat(gateway.get("/api/batches/" + id).status()).isIn(400, 404);
        assertThat(gateway.delete("/api/batches/" + id).status()).isIn(400, 404);
    }

    private void project(int accepted, int waiting, int running, int retrying) {
        gateway.jdbi()
                .useHandle(handle ->
                        handle.execute(
                                """
                                INSERT INTO reports.batch_view
                                VALUES (?, 'local', ?, ?, ?, ?, 1, 1, 0, '2026-01-01T10:00:00Z')
                                """,
                                batch,
                                accepted,
                                waiting,
                                running,
                                retrying));
    }

    private ConsumerRecord<String, ScanCommand> command(String scanId) {
        try (var probe = probe()) {
            return probe.received().stream()
                    .filter(record -> record.value().getScanId().equals(scanId))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private TopicProbe<ScanCommand> probe() {
        return TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SCAN_REQUESTS);
    }
}
