package io.stepfree.platform.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.health.Finding;
import io.stepfree.schemas.ops.HealthState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecoveriesTest {

    private final AtomicInteger recovered = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile boolean stopped;
    private volatile boolean fails;
    private volatile boolean stays;
    private volatile boolean workStopped;
    private volatile boolean dies;
    private volatile boolean died;
    private volatile boolean hanging;
    private volatile CountDownLatch hangs = new CountDownLatch(0);

    private final Recoveries recoveries =
            new Recoveries(
                    List.of(
                            new Recovery() {
                                @Override
                                public String component() {
                                    return "browser";
                                }

                                @Override
                                public boolean isNeeded() {
                                    if (hanging) {
                                        throw new IllegalStateException("asked at the wrong time");
                                    }
                                    return stopped;
                                }

                                @Override
                                public boolean isWorkStopped() {
                                    return workStopped;
                                }

                                @Override
                                public String recover() throws InterruptedException {
                                    hanging = true;
                                    hangs.await();
                                    hanging = false;
                                    if (dies) {
                                        died = true;
                                        throw new LinkageError("a class is missing");
                                    }
                                    if (fails) {
                                        throw new IllegalStateException("no memory");
                                    }
                                    recovered.incrementAndGet();
                                    stopped = stays;
                                    return "The browser is replaced.";
                                }
                            }),
                    meters,
                    () -> now);

    @Test
    void anOrderIsCarriedOutAndSaysWhatWasDone() {
        assertThat(recoveries.recover("browser", "ordered by ada"))
                .contains("The browser is replaced. (ordered by ada)");
        assertThat(recoveries.look().detail())
                .isEqualTo("2026-01-01T00:00:00Z: The browser is replaced. (ordered by ada)");
        assertThat(recoveries.recover("pool", "ordered by ada")).isEmpty();
    }

    @Test
    void moreThanThreeTimesInTenMinutesAreRefused() {
        for (int i = 0; i < Recoveries.MOST; i++) {
            assertThat(recoveries.recover("browser", "again")).isPresent();
        }
        assertThat(recoveries.recover("browser", "again"))
                .contains(
                        "The browser was started anew 3 times within 10 minutes already; look at why that does not help.");
        assertThat(recovered).hasValue(3);
        now = now.plus(Recoveries.WINDOW).plusSeconds(1);
        recoveries.recover("browser", "again");
        assertThat(recovered).hasValue(4);
        assertThat(count("done")).isEqualTo(4);
        assertThat(count("refused")).isEqualTo(1);
    }

    @Test
    void whatIsSeenToHaveStoppedNeedsNoOrder() {
        recoveries.look();
        assertThat(recovered).hasValue(0);
        stopped = true;
        recoveries.look();
        await().atMost(Duration.ofSeconds(20)).until(() -> recovered.get() == 1);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> recoveries.look().detail().endsWith("(it had stopped)"));
    }

    @Test
    void whatCannotBeStartedAnewIsToldAndCounted() {
        fails = true;
        assertThat(recoveries.recover("browser", "ordered by ada"))
                .contains("The browser could not be started anew: no memory.");
        assertThat(count("failed")).isEqualTo(1);
    }

    @Test
    void aPartThatIsStillStoppedAfterItsTriesIsNotWellUntilItComesBack() {
        stopped = true;
        stays = true;
        await().atMost(Duration.ofSeconds(20))
                .until(() -> recoveries.look().state() == HealthState.DEGRADED);
        assertThat(recovered).hasValue(Recoveries.MOST);
        assertThat(recoveries.look().detail())
                .isEqualTo(
                        "The browser was started anew 3 times within 10 minutes already; look at why that does not help.");
        workStopped = true;
        assertThat(recoveries.look().state()).isEqualTo(HealthState.DOWN);
        assertThat(recoveries.needed()).isTrue();

        stopped = false;
        assertThat(recoveries.look().state()).isEqualTo(HealthState.UP);
    }

    @Test
    void aPartThatCannotBeStartedAnewIsNotWellAndTriedAgain() {
        stopped = true;
        fails = true;
        // Each look may be a try, and there are no more than three.
        Finding found =
                await().atMost(Duration.ofSeconds(20))
                        .until(recoveries::look, look -> look.state() == HealthState.DEGRADED);
        fails = false;
        assertThat(found.detail()).contains("no memory");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> recoveries.look().state() == HealthState.UP);
        assertThat(recovered).hasValue(1);
    }

    @Test
    void anErrorOfOneRecoveryDoesNotEndAllOthers() {
        stopped = true;
        dies = true;
        recoveries.look();
        await().dontCatchUncaughtExceptions().atMost(Duration.ofSeconds(20)).until(() -> died);
        dies = false;
        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    recoveries.look();
                    return recovered.get() == 1;
                });
    }

    @Test
    void aPartThatIsJustBeingStartedAnewIsNotWaitedFor() throws Exception {
        hangs = new CountDownLatch(1);
        Thread ordered =
                Thread.ofVirtual().start(() -> recoveries.recover("browser", "ordered by ada"));
        await().atMost(Duration.ofSeconds(20)).until(() -> hanging);
        assertThat(recoveries.look().detail()).isEqualTo("Nothing was started anew.");
        hangs.countDown();
        ordered.join();
        assertThat(recoveries.look().detail()).contains("ordered by ada");
    }

    private double count(String result) {
        return meters.get("stepfree.recoveries").tag("result", result).counter().count();
    }
}
