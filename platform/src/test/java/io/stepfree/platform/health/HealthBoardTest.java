package io.stepfree.platform.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.stepfree.schemas.ops.HealthState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthBoardTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicInteger looks = new AtomicInteger();
    private final List<String> well = new ArrayList<>();

    /** What looks as it is told to. */
    private record Probe(String name, boolean needed, boolean remote, Callable<Finding> answer)
            implements HealthProbe {
        @Override
        public Finding look() throws Exception {
            return answer.call();
        }
    }

    @Test
    void whatEachLookFoundIsRemembered() throws Exception {
        var board =
                board(
                        new Probe(
                                "disk", false, false, () -> Finding.degraded("It is nearly full.")),
                        new Probe("broker", true, true, () -> Finding.up("It answers.")));
        board.look();
        assertThat(board.all()).extracting(Health::name).containsExactly("disk", "broker");
        assertThat(well).as("told to who may have given it up").containsExactly("disk", "broker");
        assertThat(board.all().getFirst())
                .isEqualTo(new Health("disk", false, Finding.degraded("It is nearly full."), NOW));
        assertThat(board.all().getLast().finding().latency())
                .as("of what is asked over a connection")
                .isNotNull();
    }

    @Test
    void whatThrowsIsDownWithItsReason() throws Exception {
        var board =
                board(
                        new Probe(
                                "broker",
                                true,
                                true,
                                () -> {
                                    throw new IllegalStateException(
                                            "outer", new IOException("connection refused"));
                                }));
        board.look();
        assertThat(board.all().getFirst().finding())
                .isEqualTo(Finding.down("It does not answer: connection refused."));
        assertThat(well).isEmpty();
    }

    @Test
    void whatHangsIsDownKeepsNobodyWaitingAndIsNotAskedTwice() throws Exception {
        var letGo = new CountDownLatch(1);
        var board =
                board(
                        new Probe(
                                "database",
                                true,
                                true,
                                () -> {
                                    looks.incrementAndGet();
                                    letGo.await();
                                    return Finding.up("It answers.");
                                }),
                        new Probe("disk", false, false, () -> Finding.up("There is room.")));
        board.look();
        board.look();
        assertThat(board.all())
                .extracting(health -> health.finding().state())
                .containsExactly(HealthState.DOWN, HealthState.UP);
        assertThat(board.all().getFirst().finding().detail())
                .isEqualTo("It has not answered in time.");
        assertThat(looks).as("looks at what hangs").hasValue(1);

        letGo.countDown();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    board.look();
                    assertThat(board.all().getFirst().finding().state()).isEqualTo(HealthState.UP);
                });
    }

    @Test
    void aServiceIsNotReadyBeforeTheFirstLookNorWithoutWhatItNeeds() throws Exception {
        var answer =
                new Callable<Finding>() {
                    private Finding finding = Finding.down("It is gone.");

                    @Override
                    public Finding call() {
                        return finding;
                    }
                };
        var board =
                board(
                        new Probe("broker", true, true, answer),
                        new Probe("registry", false, true, () -> Finding.down("It is gone.")));
        assertThat(board.missing()).extracting(Health::name).containsExactly("broker");
        board.look();
        assertThat(board.missing()).extracting(Health::name).containsExactly("broker");
        answer.finding = Finding.degraded("It answers slowly.");
        board.look();
        assertThat(board.missing()).isEmpty();
    }

    @Test
    void aDiskIsJudgedByWhatIsFreeAndMemoryByWhatIsKept() {
        assertThat(DiskProbe.of(50L << 30, 100L << 30).state()).isEqualTo(HealthState.UP);
        assertThat(DiskProbe.of(500L << 20, 100L << 30))
                .isEqualTo(Finding.degraded("500 MB of 102,400 MB are free."));
        assertThat(DiskProbe.of(50L << 20, 100L << 30).state()).isEqualTo(HealthState.DOWN);
        assertThat(DiskProbe.of(60L << 20, 64L << 20).state())
                .as("a small disk that is empty")
                .isEqualTo(HealthState.UP);
        assertThat(MemoryProbe.of(95L << 20, 100L << 20))
                .isEqualTo(Finding.degraded("95 MB of at most 100 MB are in use."));
        assertThat(MemoryProbe.of(50L << 20, 100L << 20).state()).isEqualTo(HealthState.UP);
    }

    @Test
    void aPoolIsJudgedByWhoWaitsForAConnection() {
        assertThat(new PoolProbe.Pool(6, 6, 0, 0, 6).finding().state()).isEqualTo(HealthState.UP);
        assertThat(new PoolProbe.Pool(1, 1, 0, 2, 6).finding().state())
                .as("the pool is only being filled")
                .isEqualTo(HealthState.UP);
        assertThat(new PoolProbe.Pool(6, 6, 0, 2, 6).finding())
                .isEqualTo(
                        Finding.degraded("6 of 6 connections are in use, 2 callers wait for one."));
        assertThat(new PoolProbe.Pool(6, 6, 0, 6, 6).finding().state()).isEqualTo(HealthState.DOWN);
    }

    private HealthBoard board(HealthProbe... probes) {
        return new HealthBoard(List.of(probes), InstantSource.fixed(NOW), well::add);
    }
}
