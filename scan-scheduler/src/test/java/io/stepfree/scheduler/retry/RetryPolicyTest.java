package io.stepfree.scheduler.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RetryPolicyTest {

    private final RetryPolicy policy =
            new RetryPolicy(List.of(Duration.ofSeconds(2), Duration.ofSeconds(4)));

    @Test
    void eachFailureWaitsForItsOwnDelayAndThenThereIsNoFurtherOne() {
        Failure timeout = failure(FailureType.TIMEOUT, null);

        assertThat(policy.decide(timeout, 1))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
        assertThat(policy.decide(timeout, 2))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(4)));
        assertThat(policy.decide(timeout, 3))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureType.class,
            names = {
                "TLS",
                "BLOCKED_BY_SITE",
                "UNSAFE_TARGET",
                "UNSUPPORTED_CONTENT",
                "RESOURCE_LIMIT",
                "CANCELLED",
                "INVALID_JOB"
            })
    void whatCannotSucceedIsGivenUpAtOnce(FailureType type) {
        assertThat(policy.decide(failure(type, null), 1))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE));
    }

    @ParameterizedTest
    @CsvSource({
        "400,false",
        "401,false",
        "404,false",
        "408,true",
        "429,true",
        "500,true",
        "503,true"
    })
    void anHttpErrorIsTriedAgainOnlyWhereTheServerMayRecover(int status, boolean retried) {
        assertThat(policy.decide(failure(FailureType.HTTP_ERROR, status), 1))
                .isInstanceOf(retried ? RetryVerdict.Retry.class : RetryVerdict.GiveUp.class);
    }

    private static Failure failure(FailureType type, @Nullable Integer status) {
        return Failure.newBuilder()
                .setType(type)
                .setMessage("it failed")
                .setHttpStatus(status)
                .build();
    }
}
