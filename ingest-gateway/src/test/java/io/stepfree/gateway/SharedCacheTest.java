package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.breaker.BreakerStatus;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.erasure.ErasableStore;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.platform.process.FreePorts;
import io.stepfree.schemas.scan.ScanRequest;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.embedded.RedisServer;

/** Two gateways with one cache server, while it is there and while it is not. */
@ExtendWith(GatewayExtension.class)
final class SharedCacheTest {

    private final RunningGateway base;
    private final PlayedPipeline pipeline;
    private RedisServer redis;
    private RunningGateway one;
    private RunningGateway two;

    SharedCacheTest(RunningGateway base) {
        this.base = base;
        this.pipeline = new PlayedPipeline(base);
    }

    @BeforeEach
    void start() throws IOException {
        int port = FreePorts.one();
        redis =
                RedisServer.newRedisServer()
                        .port(port)
                        .bind("127.0.0.1")
                        .setting("save \"\"")
                        .build();
        redis.start();
        one = gateway(port);
        two = gateway(port);
    }

    @AfterEach
    void stop() throws IOException {
        one.stopGateway();
        two.stopGateway();
        pipeline.close();
        redis.stop();
    }

    @Test
    void whatOneGatewayHasReadTheOtherNeedNotAndADeadServerOnlyCostsAMoment() throws IOException {
        ScanRequest first = complete("shared.example", Instant.now().minusSeconds(30));
        awaitRepeat(one, "shared.example", first);
        assertThat(hits(one, "database")).isEqualTo(1);

        awaitRepeat(two, "shared.example", first);
        assertThat(hits(two, "shared")).as("of the other gateway").isEqualTo(1);
        assertThat(hits(two, "database")).isZero();

        ScanRequest second = complete("shared.example", Instant.now());
        awaitRepeat(one, "shared.example", second);
        awaitRepeat(two, "shared.example", second);

        redis.stop();
        for (int i = 0; i < 8; i++) {
            String host = "dead-%d.example".formatted(i);
            ScanRequest scan = complete(host, Instant.now());
            long before = System.nanoTime();
            awaitRepeat(one, host, scan);
            assertThat(Duration.ofNanos(System.nanoTime() - before))
                    .isLessThan(Duration.ofSeconds(5));
        }
        assertThat(hits(one, "database")).isGreaterThanOrEqualTo(9);
        assertThat(breaker(one)).isEqualTo(BreakerStatus.State.OPEN);
        awaitRepeat(two, "shared.example", second);
        assertThat(one.post("/api/scans", page("new-meanwhile.example")).status()).isEqualTo(202);

        redis.start();
        awaitUsed();
    }

    @Test
    void theResultsOfAnErasedClientAreGoneForAllGatewaysAndThoseOfOthersStay() throws Exception {
        ScanRequest scan = complete("erased.example", Instant.now());
        awaitRepeat(one, "erased.example", scan);
        assertThat(eraseShared("somebody-else")).isEmpty();
        awaitRepeat(two, "erased.example", scan);
        assertThat(hits(two, "shared")).isEqualTo(1);

        assertThat(eraseShared("local")).isEqualTo(Map.of("cached", 1L));
        assertThat(eraseShared("local")).isEmpty();
        RunningGateway restarted = gateway(redis.ports().getFirst());
        try {
            // The views are report-builder's, which is not here.
            awaitRepeat(restarted, "erased.example", scan);
            assertThat(hits(restarted, "shared")).isZero();
        } finally {
            restarted.stopGateway();
        }

        // What they remember, too, and what they might read just before it is erased elsewhere.
        assertThat(base.delete("/api/clients/local/data").status()).isEqualTo(202);
        for (RunningGateway gateway : List.of(one, two)) {
            Awaitility.await()
                    .until(() ->
                            gateway.post("/api/scans", page("erased.example")).status() == 202);
        }
        ScanRequest later = complete("later.example", Instant.now());
        awaitRepeat(one, "later.example", later);
    }

    private Map<String, Long> eraseShared(String client) throws Exception {
        ErasableStore store = one.bean("erasableSharedCache", ErasableStore.class);
        return one.jdbi()
                .withHandle(
                        handle -> store.eraseSome(handle, new Erasure("1", client, Instant.now())));
    }

    /* The breaker lets a few through after a while, and the client has connected again. */
    private void awaitUsed() {
        Awaitility.await()
                .until(() -> {
                    String host = "back-%d.example".formatted(System.nanoTime());
                    ScanRequest scan = complete(host, Instant.now());
                    awaitRepeat(one, host, scan);
                    double before = hits(two, "shared");
                    awaitRepeat(two, host, scan);
                    return hits(two, "shared") > before;
                });
    }

    private RunningGateway gateway(int port) {
        return base.beside(
                "--stepfree.cache.redis.address=redis://127.0.0.1:" + port,
                "--stepfree.cache.redis.timeout=1s",
                "--stepfree.cache.patience=5s",
                "--stepfree.breakers.of.cache.open=1s");
    }

    private static BreakerStatus.State breaker(RunningGateway at) {
        return at.bean(Breakers.class).all().stream()
                .filter(status -> status.name().equals("cache"))
                .map(BreakerStatus::state)
                .findFirst()
                .orElseThrow();
    }

    private static double hits(RunningGateway at, String level) {
        return at.bean(MeterRegistry.class)
                .get("stepfree.cache.hits")
                .tag("level", level)
                .counter()
                .count();
    }

    private ScanRequest complete(String host, Instant at) {
        assertThat(
                        base.send(
                                        base.request("/api/scans")
                                                .header("Content-Type", "application/json")
                                                .header("Cache-Control", "no-cache")
                                                .POST(
                                                        HttpRequest.BodyPublishers.ofString(
                                                                page(host))))
                                .status())
                .isEqualTo(202);
        ScanRequest scan = pipeline.taken(host);
        pipeline.complete(scan, at, "valid", PlayedPipeline.ENGINE);
        return scan;
    }

    private static void awaitRepeat(RunningGateway at, String host, ScanRequest scan) {
        Awaitility.await()
                .until(() -> {
                    Answer answer = at.post("/api/scans", page(host));
                    return answer.status() == 200
                            && answer.json().path("id").asString().equals(scan.getScanId());
                });
    }

    private static String page(String host) {
        return "{\"url\": \"https://%s/page\"}".formatted(host);
    }
}
