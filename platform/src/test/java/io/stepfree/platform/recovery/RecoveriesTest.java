package io.stepfree.platform.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecoveriesTest {

    private final AtomicInteger recovered = new AtomicInteger();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private volatile boolean stopped;
    private volatile boolean fails;

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
                                    return stopped;
                                }

                                @Override
                                public String recover() {
                                    if (fails) {
                                        throw new IllegalStateException("no memory");
                                    }
                                    recovered.incrementAndGet();
                                    stopped = false;
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

    private double count(String result) {
        return meters.get("stepfree.recoveries").tag("result", result).counter().count();
    }
}
