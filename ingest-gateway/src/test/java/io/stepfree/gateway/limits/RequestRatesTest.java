package io.stepfree.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.gateway.access.Caller;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RequestRatesTest {

    private static final Caller ANN = caller("ann", "two");

    private final Time time = new Time();
    private final RefusedRequests refused = new RefusedRequests(new SimpleMeterRegistry());
    private final RequestRates rates =
            new RequestRates(Plans.of(Map.of("two", new PlanSettings(null, 2L))), refused, time);

    private static final class Time implements TimeMeter {
        private long nanos;

        @Override
        public long currentTimeNanos() {
            return nanos;
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    @Test
    void oneMoreThanASecondHoldsIsRefusedForASecond() {
        rates.admit(ANN);
        rates.admit(ANN);

        assertThatThrownBy(() -> rates.admit(ANN))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> {
                            assertThat(problem.type()).isEqualTo(ProblemType.RATE_LIMITED);
                            assertThat(problem.retryAfter()).contains(Duration.ofSeconds(1));
                        });
        assertThat(refused.gauges()).containsEntry("stepfree.requests.refused", 1.0);

        time.nanos += Duration.ofSeconds(1).toNanos();
        assertThatCode(() -> rates.admit(ANN)).doesNotThrowAnyException();
    }

    @Test
    void oneClientsRequestsAreNotAnothers() {
        rates.admit(ANN);
        rates.admit(ANN);

        assertThatCode(() -> rates.admit(caller("bea", "two"))).doesNotThrowAnyException();
    }

    @Test
    void aPlanWithoutALimitTakesAnyNumber() {
        for (int i = 0; i < 10_000; i++) {
            rates.admit(caller("local", "unlimited"));
        }
        assertThat(refused.gauges()).containsEntry("stepfree.requests.refused", 0.0);
    }

    @Test
    void aPlanThatThereIsNotIsNotPassedOver() {
        assertThatThrownBy(() -> rates.admit(caller("ann", "gold")))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.type()).isEqualTo(ProblemType.UNAVAILABLE));
    }

    private static Caller caller(String client, String plan) {
        return new Caller(client, client, Set.of(), plan);
    }
}
