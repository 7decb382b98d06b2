package io.stepfree.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A request for which findings are held against decisions for long, and for how long no connection
 * of the gateway's pool was taken meanwhile.
 *
 * @param took until it was answered
 * @param free how long none was taken, in all
 */
record SlowComparison(Answer answer, Duration took, Duration free) {

    /** Before and after a comparison that holds one, none is taken for a few milliseconds. */
    private static final int LEAST_SHARE = 10;

    /**
     * About each finding that there is there are 700 decisions, each of which is held against it in
     * 160,000 steps.
     */
    static void prepare(RunningGateway gateway) {
        gateway.jdbi()
                .useHandle(handle -> {
                    handle.execute(
                            "UPDATE reports.finding_view SET criteria = '{1.3.1}', url = 'https://shop.example/' || ?",
                            "a".repeat(1_000));
                    handle.execute(
                            """
                            INSERT INTO gateway.decisions (id, client, decision, pattern_criterion, pattern_path, reason, decided_by)
                            SELECT gen_random_uuid(), 'local', 'ignored', '1.3.1', '*' || repeat('a', 200) || i, 'x', 'x'
                              FROM generate_series(1, 700) AS i
                            """);
                });
    }

    static SlowComparison of(RunningGateway gateway, String path) {
        Gauge taken = gateway.bean(MeterRegistry.class).get("hikaricp.connections.active").gauge();
        long begun = System.nanoTime();
        var answer = CompletableFuture.supplyAsync(() -> gateway.get(path));
        var looked = new long[] {begun, 0};
        await().atMost(Duration.ofMinutes(1))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> {
                    long now = System.nanoTime();
                    if (taken.value() == 0) {
                        looked[1] += now - looked[0];
                    }
                    looked[0] = now;
                    return answer.isDone();
                });
        return new SlowComparison(
                answer.join(),
                Duration.ofNanos(System.nanoTime() - begun),
                Duration.ofNanos(looked[1]));
    }

    void heldNoConnection() {
        assertThat(took).as("how long comparing takes").isGreaterThan(Duration.ofMillis(200));
        assertThat(free).as("of %s", took).isGreaterThan(took.dividedBy(LEAST_SHARE));
    }
}
