package io.stepfree.scheduler.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts are not closed for longer than they should be when our own clock is set back. */
final class HostGatesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant AN_HOUR_BACK = NOW.minusSeconds(3_600);
    private static final Duration GAP = Duration.ofMillis(100);
    private static final Duration LONGEST_QUIET = Duration.ofMinutes(10);
    private static final String HOST = "example.org";

    private final ChoiceStores stores = new ChoiceStores();
    private final HostGates gates =
            new HostGates(stores.hosts(), new HostLimits(2, GAP, LONGEST_QUIET));

    @AfterEach
    void close() {
        stores.close();
    }

    @Test
    void afterAStepBackAHostOpensWhenItsGapHasPassedAsAlways() {
        gates.sent(HOST, NOW);
        assertThat(gates.open(HOST, NOW)).isFalse();
        assertThat(gates.open(HOST, NOW.plus(GAP))).isTrue();

        assertThat(gates.open(HOST, AN_HOUR_BACK)).isFalse();
        assertThat(gates.open(HOST, AN_HOUR_BACK.plus(GAP))).isTrue();
    }

    @Test
    void afterAStepBackAHostThatAskedForTimeIsLeftAloneNoLongerThanTheBound() {
        gates.failed(
                HOST,
                Failure.newBuilder()
                        .setType(FailureType.HTTP_ERROR)
                        .setMessage("it failed")
                        .setHttpStatus(429)
                        .setRetryAfterMillis(60_000L)
                        .build(),
                NOW.minusSeconds(1),
                NOW);

        assertThat(gates.open(HOST, AN_HOUR_BACK)).isFalse();
        assertThat(gates.open(HOST, AN_HOUR_BACK.plus(LONGEST_QUIET).minusMillis(1))).isFalse();
        assertThat(gates.open(HOST, AN_HOUR_BACK.plus(LONGEST_QUIET))).isTrue();
    }
}
