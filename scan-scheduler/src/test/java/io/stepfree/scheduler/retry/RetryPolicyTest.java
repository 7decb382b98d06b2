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
            new RetryPolicy(
                    List.of(Duration.ofSeconds(2), Duration.ofSeconds(4)), Duration.ofMinutes(10));

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

    @ParameterizedTest
    @CsvSource({
        "-1,2000",
        "0,2000",
        "1999,2000",
        "2001,2001",
        "30000,30000",
        "600000,600000",
        "600001,600000",
        "9223372036854775807,600000"
    })
    void aSiteThatAsksForTimeGetsItUpToTheBound(long asked, long granted) {
        assertThat(policy.decide(asking(FailureType.HTTP_ERROR, 503, asked), 1))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofMillis(granted)));
    }

    @Test
    void aBoundBelowOurOwnDelayDoesNotShortenIt() {
        var impatient = new RetryPolicy(List.of(Duration.ofSeconds(2)), Duration.ZERO);

        assertThat(impatient.decide(asking(FailureType.HTTP_ERROR, 503, 60_000), 1))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
    }

    @Test
    void aBusySiteThatNamesItsTimeIsTriedAgainAndABotWallIsNot() {
        assertThat(policy.decide(asking(FailureType.BLOCKED_BY_SITE, 429, 30_000), 1))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(30)));
        assertThat(policy.decide(failure(FailureType.BLOCKED_BY_SITE, 429), 1))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureType.class,
            names = {
                "TLS",
                "UNSAFE_TARGET",
                "UNSUPPORTED_CONTENT",
                "RESOURCE_LIMIT",
                "CANCELLED",
                "INVALID_JOB"
            })
    void noTimeNamedByASiteMendsWhatCannotSucceed(FailureType type) {
        assertThat(policy.decide(asking(type, null, 1_000), 1))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE));
    }

    @Test
    void aPageThatIsNotThereIsNotTriedAgainWhateverTimeIsNamed() {
        assertThat(policy.decide(asking(FailureType.HTTP_ERROR, 404, 1_000), 1))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE));
    }

    @Test
    void theTimeNamedByASiteGrantsNoFurtherAttempt() {
        assertThat(policy.decide(asking(FailureType.HTTP_ERROR, 503, 1_000), 3))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP));
    }

    private static Failure asking(
            FailureType type, @Nullable Integer status, long retryAfterMillis) {
        return Failure.newBuilder(failure(type, status))
                .setRetryAfterMillis(retryAfterMillis)
                .build();
    }

    private static Failure failure(FailureType type, @Nullable Integer status) {
        return Failure.newBuilder()
                .setType(type)
                .setMessage("it failed")
                .setHttpStatus(status)
                .build();
    }
}
