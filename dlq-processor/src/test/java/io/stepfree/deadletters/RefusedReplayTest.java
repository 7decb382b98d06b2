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
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
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
        OperatorCommand order = Letters.order(OperatorCommandKind.REPLAY).setScanId(scanId).build();

        publish(order);

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        rows(
                                                "select outcome from dead_letters.replay_order where command_id = ?",
                                                order.getCommandId()))
                                .containsExactly(Map.of("outcome", "registry_refused")));
        assertThat(rows("select state from dead_letters.dead_letter where scan_id = ?", scanId))
                .containsExactly(Map.of("state", "dead"));
        OperatorCommand purge =
                Letters.order(OperatorCommandKind.PURGE)
                        .setFilter(DeadLetterFilter.newBuilder().setHost(host).build())
                        .build();
        publish(purge);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        rows(
                                                "select outcome, affected from dead_letters.operator_action where command_id = ?",
                                                purge.getCommandId()))
                                .containsExactly(Map.of("outcome", "done", "affected", 1L)));
    }

    @Test
    void aReplayOfManyEndsAndSaysWhatWasRefused() {
        bury();
        OperatorCommand order =
                Letters.order(OperatorCommandKind.REPLAY_MANY)
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
                                                "select state, skipped::text as skipped from dead_letters.replay_view where id = ?",
                                                order.getCommandId()))
                                .containsExactly(
                                        Map.of(
                                                "state",
                                                "completed",
                                                "skipped",
                                                "{\"registry_refused\": 1}")));
        assertThat(
                        rows(
                                "select count(*) as free from dead_letters.dead_letter where scan_id = ? and claimed_by is null",
                                scanId))
                .containsExactly(Map.of("free", 1L));
    }

    private void bury() {
        publisher.publish(
                Topics.SCAN_DEAD_LETTERS,
                host,
                Letters.of(Letters.request(host, 0, scanId)),
                new RequestId("req-" + scanId));
        await().atMost(PATIENCE)
                .until(() ->
                        rows(
                                                "select scan_id from dead_letters.dead_letter where scan_id = ?",
                                                scanId)
                                        .size()
                                == 1);
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
