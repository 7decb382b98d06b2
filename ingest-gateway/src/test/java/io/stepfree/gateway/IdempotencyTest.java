package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.topic.Topics;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One scan for one Idempotency-Key, whoever brings it and however often. */
@ExtendWith(GatewayExtension.class)
final class IdempotencyTest {

    private static final String SCANS = "/api/scans";

    private final RunningGateway gateway;

    IdempotencyTest(RunningGateway gateway) {
        this.gateway = gateway;
    }

    @Test
    void theSameKeyAndBodyIsTheSameScanAndTheSameAnswer() {
        Answer first = post("once", "{\"url\": \"https://once.example/\", \"priority\": \"low\"}");
        assertThat(first.status()).as(first.body()).isEqualTo(202);
        Answer again = post("once", "{\"priority\":\"low\",\"url\":\"https://once.example/\"}");
        Answer quoted =
                post("\"once\"", "{\"priority\":\"low\",\"url\":\"https://once.example/\"}");

        assertThat(List.of(again, quoted))
                .allSatisfy(answer -> {
                    assertThat(answer.status()).isEqualTo(202);
                    assertThat(answer.body()).isEqualTo(first.body());
                    assertThat(answer.header("Location")).isEqualTo(first.header("Location"));
                });
        assertThat(scansOf("once.example")).hasSize(1);
    }

    @Test
    void anotherBodyWithTheSameKeyIsRefused() {
        Answer first = post("two-bodies", scan("two-bodies.example"));

        Answer other =
                post(
                        "two-bodies",
                        "{\"url\": \"https://two-bodies.example/\", \"priority\": \"low\"}");

        assertThat(other.problem(422, "idempotency-key-reused").path("detail").asString())
                .contains(first.json().path("id").asString());
        assertThat(commands("two-bodies.example")).hasSize(1);
    }

    @Test
    void whatIsRefusedTakesNoKey() {
        post("mended", "{\"url\": \"ftp://mended.example/\"}").problem(400, "invalid-fields");

        assertThat(post("mended", scan("mended.example")).status()).isEqualTo(202);

        RunningGateway withoutSecrets = gateway.beside();
        try {
            post(
                            withoutSecrets,
                            "left-out",
                            """
                            {"url": "https://left-out.example/", "options": {"headers": {"X-Token": "t"}}}
                            """)
                    .problem(422, "secrets-not-configured");
            assertThat(post(withoutSecrets, "left-out", scan("left-out.example")).status())
                    .isEqualTo(202);
        } finally {
            withoutSecrets.stopGateway();
        }
    }

    @Test
    void fiftyAtOnceMakeOneScan() throws Exception {
        Callable<Answer> order = () -> post("fifty", scan("fifty.example"));
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> answer :
                    clients.invokeAll(IntStream.range(0, 50).mapToObj(_ -> order).toList())) {
                answers.add(answer.get());
            }
            assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(202));
            assertThat(answers).extracting(Answer::body).containsOnly(answers.getFirst().body());
        }
        assertThat(scansOf("fifty.example")).hasSize(1);
    }

    @Test
    void aKeyHoldsAcrossGateways() {
        Answer first = post("across", scan("across.example"));

        RunningGateway another = gateway.beside();
        try {
            Answer there = post(another, "across", scan("across.example"));
            assertThat(there.body()).isEqualTo(first.body());
        } finally {
            another.stopGateway();
        }
        assertThat(scansOf("across.example")).hasSize(1);
    }

    @Test
    void aScanWhoseGatewayDiedBeforeItWasPublishedIsPublishedByWhoAsksAgain() {
        Answer first = post("died", scan("died.example"));
        alter(first, "published = false");

        Answer again = post("died", scan("died.example"));

        assertThat(again.body()).isEqualTo(first.body());
        List<ScanCommand> commands = commands("died.example");
        assertThat(commands).as("once more, for whoever lost the first").hasSize(2);
        assertThat(commands)
                .extracting(ScanCommand::getScanId)
                .containsOnly(first.json().path("id").asString());
        assertThat(commands)
                .extracting(ScanCommand::getRequestId)
                .containsOnly(first.json().path("requestId").asString());
    }

    @Test
    void afterADayAKeyMayBeUsedForAnything() {
        Answer first = post("old", scan("old.example"));
        alter(first, "claimed_at = now() - interval '25 h'");

        Answer second = post("old", "{\"url\": \"https://new.example/\"}");

        assertThat(second.status()).as(second.body()).isEqualTo(202);
        assertThat(second.json().path("id")).isNotEqualTo(first.json().path("id"));
    }

    @Test
    void neitherKeyNorBodyIsKept() {
        assertThat(post("my-key-is-a-secret", scan("kept.example")).status()).isEqualTo(202);

        String rows =
                gateway.jdbi()
                        .withHandle(handle ->
                                handle.createQuery(
                                                "SELECT string_agg(encode(key_hash || body_mac, 'escape') || keys::text, ' ') FROM gateway.idempotency_keys keys")
                                        .mapTo(String.class)
                                        .one());
        assertThat(rows).isNotEmpty().doesNotContain("my-key-is-a-secret", "kept.example");
    }

    static List<String> noKeys() {
        return List.of("", "\"\"", "a key", "k".repeat(256));
    }

    @ParameterizedTest
    @MethodSource("noKeys")
    void whatIsNoKeyIsRefused(String written) {
        Answer answer = post(written, scan("no-key.example"));

        assertThat(answer.problem(400, "bad-request").path("detail").asString())
                .contains("Idempotency-Key");
    }

    @Test
    void twoKeysAreRefused() {
        Answer answer =
                gateway.send(
                        request(gateway, "one", scan("no-key.example"))
                                .header("Idempotency-Key", "two"));

        assertThat(answer.problem(400, "bad-request").path("detail").asString())
                .contains("it came 2 times");
    }

    /** Makes of the key's row what a failure or the time would have made of it. */
    private void alter(Answer first, String change) {
        int rows =
                gateway.jdbi()
                        .withHandle(handle ->
                                handle.createUpdate(
                                                "UPDATE gateway.idempotency_keys SET %s WHERE scan_id = :id::uuid"
                                                        .formatted(change))
                                        .bind("id", first.json().path("id").asString())
                                        .execute());
        assertThat(rows).isEqualTo(1);
    }

    private Answer post(String key, String body) {
        return post(gateway, key, body);
    }

    private static Answer post(RunningGateway at, String key, String body) {
        return at.send(request(at, key, body));
    }

    private static HttpRequest.Builder request(RunningGateway at, String key, String body) {
        return at.request(SCANS)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static String scan(String host) {
        return "{\"url\": \"https://%s/\"}".formatted(host);
    }

    private Set<String> scansOf(String host) {
        return commands(host).stream().map(ScanCommand::getScanId).collect(Collectors.toSet());
    }

    /** All that was ordered for a host, once as many records were read as the topic has. */
    private List<ScanCommand> commands(String host) {
        try (var probe = TopicProbe.of(gateway.kafka(), gateway.registry(), Topics.SCAN_REQUESTS)) {
            long published = gateway.published(Topics.SCAN_REQUESTS);
            Awaitility.await().until(() -> probe.received().size() >= published);
            return probe.received().stream()
                    .filter(record -> host.equals(record.key()))
                    .map(record -> record.value())
                    .toList();
        }
    }
}
