package io.stepfree.platform.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.breaker.BreakerStatus.State;
import io.stepfree.platform.fixture.HandClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Breakers under a clock that goes only when it is told to. */
class BreakersTest {

    private final HandClock clock = new HandClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Breakers breakers = breakers(true, Map.of());
    private final Breaker breaker = breakers.guard("database", IOException.class::isInstance);
    private int calls;

    @Test
    void fiveFailuresInARowOpenItAndNotOneLess() throws Exception {
        fail(4);
        succeed();
        fail(4);
        assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
        fail(1);
        assertThat(breaker.status()).isEqualTo(new BreakerStatus("database", State.OPEN, 9, 1));
        assertThatThrownBy(this::succeed)
                .isInstanceOf(BreakerOpenException.class)
                .hasMessage(
                        "the breaker 'database' is open: its calls failed again and again, and none is made for the next 30 s");
        assertThat(calls).as("calls that went through").isEqualTo(10);
    }

    @Test
    void afterThirtySecondsTwoSuccessesCloseIt() throws Exception {
        fail(5);
        clock.pass(Duration.ofMillis(29_999));
        assertThatThrownBy(this::succeed)
                .asInstanceOf(type(BreakerOpenException.class))
                .extracting(BreakerOpenException::retryAfter)
                .isEqualTo(Duration.ofMillis(1));
        clock.pass(Duration.ofMillis(2));
        succeed();
        assertThat(breaker.status().state()).isEqualTo(State.HALF_OPEN);
        succeed();
        assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
    }

    @Test
    void oneFailureWhileItIsTriedOutOpensItForThirtySecondsMore() throws Exception {
        fail(5);
        clock.pass(Duration.ofSeconds(31));
        succeed();
        fail(1);
        assertThat(breaker.status()).isEqualTo(new BreakerStatus("database", State.OPEN, 6, 2));
        clock.pass(Duration.ofSeconds(29));
        assertThatThrownBy(this::succeed).isInstanceOf(BreakerOpenException.class);
        clock.pass(Duration.ofSeconds(2));
        succeed();
        succeed();
        assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
    }

    @Test
    void aFailureThatIsAnAnswerDoesNotCount() {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() ->
                            breaker.call(() -> {
                                throw new IllegalArgumentException("no such row");
                            }))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(breaker.status()).isEqualTo(new BreakerStatus("database", State.CLOSED, 0, 0));
    }

    @Test
    void whatIsSeenToBeWellClosesItAlsoWhileNobodyCalls() {
        fail(5);
        breaker.seenWell();
        assertThat(breaker.status().state()).as("not before its time").isEqualTo(State.OPEN);
        clock.pass(Duration.ofSeconds(31));
        breaker.seenWell();
        assertThat(breaker.status().state()).isEqualTo(State.HALF_OPEN);
        breaker.seenWell();
        assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
        fail(4);
        breaker.seenWell();
        fail(1);
        assertThat(breaker.status().state())
                .as("while it is closed only calls count")
                .isEqualTo(State.OPEN);
    }

    @Test
    void whatAnotherBreakerKeepsAwayTellsNothingOfThisOne() throws Exception {
        Breaker inner = breakers.guard("registry", IOException.class::isInstance);
        fail(5);
        clock.pass(Duration.ofSeconds(31));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> inner.call(BreakersTest::unreachable))
                    .isInstanceOf(IOException.class);
        }
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> breaker.call(() -> inner.call(() -> "never")))
                    .isInstanceOf(BreakerOpenException.class);
        }
        assertThat(breaker.status().state()).as("still tried out").isEqualTo(State.HALF_OPEN);
        succeed();
        succeed();
        assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
    }

    @Test
    void resetByHandItIsClosedAtOnce() throws Exception {
        fail(5);
        breaker.reset();
        succeed();
        assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
        fail(4);
        assertThat(breaker.status().state()).as("counts anew").isEqualTo(State.CLOSED);
    }

    @Test
    void switchedOffItCountsAndNeverOpens() {
        Breaker off = breakers(false, Map.of()).guard("kafka", IOException.class::isInstance);
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> off.call(BreakersTest::unreachable))
                    .isInstanceOf(IOException.class);
        }
        off.reset();
        assertThat(off.status()).isEqualTo(new BreakerStatus("kafka", State.DISABLED, 50, 0));
    }

    @Test
    void oneBreakerMayBeSetApart() {
        var slack = new BreakerProperties.One(2, null, null);
        Breaker early =
                breakers(true, Map.of("slack", slack))
                        .guard("slack", IOException.class::isInstance);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> early.call(BreakersTest::unreachable))
                    .isInstanceOf(IOException.class);
        }
        assertThat(early.status().state()).isEqualTo(State.OPEN);
    }

    @Test
    void isToldByMetrics() throws Exception {
        fail(5);
        assertThat(meters.get(Breakers.OPEN).gauge().value()).isEqualTo(1);
        assertThat(meters.get("stepfree.breaker.closed").tag("breaker", "database").gauge().value())
                .isZero();
        assertThat(
                        meters.get("stepfree.breaker.failures")
                                .tag("breaker", "database")
                                .functionCounter()
                                .count())
                .isEqualTo(5);
        assertThat(
                        meters.get("stepfree.breaker.trips")
                                .tag("breaker", "database")
                                .functionCounter()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void aSettingOutOfRangeIsRefusedByItsName() {
        assertThatThrownBy(
                        () -> new BreakerProperties(true, 0, Duration.ofSeconds(30), 2, Map.of()))
                .hasMessage("stepfree.breakers.failures 0 is not between 1 and 1000");
        assertThatThrownBy(() ->
                        new BreakerProperties(
                                true,
                                5,
                                Duration.ofSeconds(30),
                                2,
                                Map.of(
                                        "slack",
                                        new BreakerProperties.One(null, Duration.ZERO, null))))
                .hasMessage("stepfree.breakers.of.slack.open PT0S is not between 1s and 1h");
    }

    @Test
    void aSettingForABreakerThatThereIsNotIsRefusedWithThoseThereAre() {
        var early = new BreakerProperties.One(2, null, null);
        assertThatThrownBy(() -> breakers(true, Map.of("databse", early)))
                .hasMessage(
                        "stepfree.breakers.of.databse names no breaker; there are broker, cache, database, email, pagerduty, registry, slack, webhook");
    }

    private Breakers breakers(boolean enabled, Map<String, BreakerProperties.One> of) {
        return new Breakers(
                new BreakerProperties(enabled, 5, Duration.ofSeconds(30), 2, of), meters, clock);
    }

    private void succeed() throws Exception {
        assertThat(breaker.<Integer>call(() -> ++calls)).isEqualTo(calls);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() ->
                            breaker.call(() -> {
                                calls++;
                                return unreachable();
                            }))
                    .isInstanceOf(IOException.class);
        }
    }

    private static Object unreachable() throws IOException {
        throw new IOException("it does not answer");
    }
}
