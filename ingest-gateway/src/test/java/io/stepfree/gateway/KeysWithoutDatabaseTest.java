package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.gateway.access.ApiKey;
import io.stepfree.platform.fixture.TestDatabase;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import java.net.http.HttpRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who was known before the database went away is known still; whoever was not has to wait. */
final class KeysWithoutDatabaseTest {

    private static final String SCAN = "{\"url\": \"https://example.com/\"}";

    @Test
    void whoIsKnownGoesOnAndWhoIsNotIsToldToWait() {
        ApiKey first = ApiKey.create("live");
        try (var kafka = TestKafka.start();
                var database = TestDatabase.start()) {
            var gateway =
                    RunningGateway.start(
                            kafka,
                            TestRegistry.shared(),
                            database,
                            "--stepfree.gateway.access.first-key=" + first.secret());
            try {
                String known = make(gateway, first, "known");
                String fresh = make(gateway, first, "fresh");
                assertThat(submit(gateway, known).status()).isEqualTo(202);

                database.stop();

                // Longer than what was read serves without being read again.
                long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
                while (System.nanoTime() < end) {
                    Answer answer = submit(gateway, known);
                    assertThat(answer.status()).as(answer.body()).isEqualTo(202);
                }
                long start = System.nanoTime();
                submit(gateway, fresh).problem(503, "database-unavailable");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(Duration.ofSeconds(2));
                assertThat(submit(gateway, first.secret()).status()).isEqualTo(202);
                submit(gateway, ApiKey.create("live").secret())
                        .problem(503, "database-unavailable");
                submit(gateway, "sf_live_x").problem(401, "unauthenticated");
            } finally {
                gateway.stopGateway();
            }
        }
    }

    private static String make(RunningGateway gateway, ApiKey first, String name) {
        Answer made =
                gateway.send(
                        gateway.request("/admin/keys")
                                .header("Authorization", "Bearer " + first.secret())
                                .header("Content-Type", "application/json")
                                .POST(
                                        HttpRequest.BodyPublishers.ofString(
                                                "{\"name\": \"%s\", \"plan\": \"unlimited\"}"
                                                        .formatted(name))));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return made.json().path("key").asString();
    }

    private static Answer submit(RunningGateway gateway, String key) {
        return gateway.send(
                gateway.request("/api/scans")
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(SCAN)));
    }
}
