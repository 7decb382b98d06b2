package io.stepfree.deadletters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.DeadLetterFilter;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.ops.ReplayPlan;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** A registry that holds scan.requests to another schema, so that no replay can be written. */
class RefusedReplayTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant DIED = Instant.parse("2026-11-22T09:00:20.456Z");

    private static TestKafka kafka;
    private static TestRegistry registry;
    private static TestDatabase database;
    private static ConfigurableApplicationContext service;
    private static RecordPublisher publisher;
    private static Jdbi jdbi;

    private final String scanId = UUID.randomUUID().toString();
    private final String host = scanId + ".example.org";

    @BeforeAll
    static void start() {
        kafka = TestKafka.start();
        registry = TestRegistry.start();
        database = TestDatabase.start();
        try (var client = new RegistryClient(RegistryEndpoint.of(registry.url()))) {
            client.register(
                    Topics.SCAN_REQUESTS.name() + "-value", Schema.create(Schema.Type.STRING));
        }
        service =
                ServiceApplication.run(
                        "dlq-processor",
                        DeadLetterApplication.class,
                        ServiceArguments.of(kafka, registry, database));
        publisher = service.getBean(RecordPublisher.class);
        jdbi = service.getBean(Jdbi.class);
    }

    @AfterAll
    static void stop() {
        service.close();
        database.close();
        registry.close();
        kafka.close();
    }

    @Test
    void aSingleReplayIsSettledWithTheReasonAndTheDeadLetterIsFree() {
        bury();
        OperatorCommand order = order(OperatorCommandKind.REPLAY).setScanId(scanId).build();

        publish(order);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        rows(
                                                "select outcome from replay_order where command_id = ?",
                                                order.getCommandId()))
                                .containsExactly(Map.of("outcome", "registry_refused")));
        assertThat(rows("select state from dead_letter where scan_id = ?", scanId))
                .containsExactly(Map.of("state", "dead"));
        OperatorCommand purge =
                order(OperatorCommandKind.PURGE)
                        .setFilter(DeadLetterFilter.newBuilder().setHost(host).build())
                        .build();
        publish(purge);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        rows(
                                                "select outcome, affected from operator_action where command_id = ?",
                                                purge.getCommandId()))
                                .containsExactly(Map.of("outcome", "done", "affected", 1L)));
    }

    @Test
    void aReplayOfManyEndsAndSaysWhatWasRefused() {
        bury();
        OperatorCommand order =
                order(OperatorCommandKind.REPLAY_MANY)
                        .setPlan(
                                ReplayPlan.newBuilder()
                                        .setFilter(
                                                DeadLetterFilter.newBuilder().setHost(host).build())
                                        .setRatePerSecond(100)
                                        .build())
                        .build();

        publish(order);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        rows(
                                                "select state, skipped::text as skipped from replay_view where id = ?",
                                                order.getCommandId()))
                                .containsExactly(
                                        Map.of(
                                                "state",
                                                "completed",
                                                "skipped",
                                                "{\"registry_refused\": 1}")));
        assertThat(
                        rows(
                                "select count(*) as free from dead_letter where scan_id = ? and claimed_by is null",
                                scanId))
                .containsExactly(Map.of("free", 1L));
    }

    private void bury() {
        var letter =
                DeadLetter.newBuilder()
                        .setRequest(
                                ScanRequest.newBuilder()
                                        .setScanId(scanId)
                                        .setRequestId("req-" + scanId)
                                        .setClient("team-a")
                                        .setUrl("https://" + host + "/")
                                        .setHost(host)
                                        .setPriority(Priority.HIGH)
                                        .setOptions(ScanOptions.newBuilder().build())
                                        .setSubmittedAt(DIED)
                                        .build())
                        .setFailures(
                                List.of(
                                        AttemptFailure.newBuilder()
                                                .setAttempt(1)
                                                .setWorker("scan-processor-1")
                                                .setStartedAt(DIED)
                                                .setFailedAt(DIED)
                                                .setFailure(
                                                        Failure.newBuilder()
                                                                .setType(FailureType.TIMEOUT)
                                                                .setMessage("It took too long.")
                                                                .build())
                                                .build()))
                        .setCause(DeathCause.ATTEMPTS_USED_UP)
                        .setDiedAt(DIED)
                        .build();
        publisher.publish(Topics.SCAN_DEAD_LETTERS, host, letter, new RequestId("req-" + scanId));
        await().atMost(PATIENCE)
                .until(() ->
                        rows("select scan_id from dead_letter where scan_id = ?", scanId).size()
                                == 1);
    }

    private static OperatorCommand.Builder order(OperatorCommandKind kind) {
        return OperatorCommand.newBuilder()
                .setCommandId(UUID.randomUUID().toString())
                .setRequestId(UUID.randomUUID().toString())
                .setKind(kind)
                .setOrderedBy("ada")
                .setReason("the site is back")
                .setOrderedAt(DIED);
    }

    private static void publish(OperatorCommand command) {
        publisher.publish(
                Topics.OPS_COMMANDS,
                "dlq-processor",
                command,
                new RequestId(command.getRequestId()));
    }

    private static List<Map<String, Object>> rows(String sql, Object... arguments) {
        return jdbi.withHandle(handle -> handle.select(sql, arguments).mapToMap().list());
    }
}
