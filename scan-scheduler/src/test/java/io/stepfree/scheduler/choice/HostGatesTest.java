package io.stepfree.scheduler.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much a host is trusted with, and what our own clock does to it when it is set back. */
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

    @ParameterizedTest
    @CsvSource({"TIMEOUT,", "HTTP_ERROR,429", "HTTP_ERROR,503", "BLOCKED_BY_SITE,429"})
    void whatTellsOfOverloadHalvesWhatAHostIsTrustedWithAndEachPageGivesAQuarterBack(
            FailureType type, @Nullable Integer status) {
        fail(type, status);
        assertThat(fits(NOW.plusSeconds(1))).as("half of two").isEqualTo(1);
        for (int page = 1; page <= 3; page++) {
            gates.completed(HOST);
            assertThat(fits(NOW.plusSeconds(1 + page))).as("after %d pages", page).isEqualTo(1);
        }
        gates.completed(HOST);
        assertThat(fits(NOW.plusSeconds(5))).as("four quarters more").isEqualTo(2);
        gates.completed(HOST);
        assertThat(fits(NOW.plusSeconds(6))).as("never more than the bound").isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"HTTP_ERROR,404", "DNS,", "BROWSER_CRASH,", "LOST,"})
    void otherFailuresTakeNoTrust(FailureType type, @Nullable Integer status) {
        fail(type, status);

        assertThat(fits(NOW.plusSeconds(1))).isEqualTo(2);
    }

    private void fail(FailureType type, @Nullable Integer status) {
        gates.failed(
                HOST,
                Failure.newBuilder()
                        .setType(type)
                        .setMessage("it failed")
                        .setHttpStatus(status)
                        .build(),
                NOW.minusSeconds(1),
                NOW);
    }

    /** How many may be at the host at once; afterwards none is. */
    private int fits(Instant now) {
        int out = 0;
        while (gates.open(HOST, now.plus(GAP.multipliedBy(out)))) {
            gates.sent(HOST, now.plus(GAP.multipliedBy(out)));
            out++;
        }
        for (int i = 0; i < out; i++) {
            gates.returned(HOST);
        }
        return out;
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
