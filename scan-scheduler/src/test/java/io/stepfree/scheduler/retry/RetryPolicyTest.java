package io.stepfree.scheduler.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RetryPolicyTest {

    private final RetryPolicy policy =
            new RetryPolicy(
                    List.of(Duration.ofSeconds(2), Duration.ofSeconds(4)),
                    Map.of(FailureType.BROWSER_CRASH, 1),
                    3,
                    Duration.ofMinutes(10));

    @Test
    void eachFailureWaitsForItsOwnDelayAndThenThereIsNoFurtherOne() {
        Failure timeout = failure(FailureType.TIMEOUT, null);

        assertThat(policy.decide(Collections.nCopies(1, timeout)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
        assertThat(policy.decide(Collections.nCopies(2, timeout)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(4)));
        assertThat(policy.decide(Collections.nCopies(3, timeout)))
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
        assertThat(policy.decide(Collections.nCopies(1, failure(type, null))))
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
        assertThat(policy.decide(Collections.nCopies(1, failure(FailureType.HTTP_ERROR, status))))
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
        assertThat(
                        policy.decide(
                                Collections.nCopies(1, asking(FailureType.HTTP_ERROR, 503, asked))))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofMillis(granted)));
    }

    @Test
    void aBoundBelowOurOwnDelayDoesNotShortenIt() {
        var impatient = new RetryPolicy(List.of(Duration.ofSeconds(2)), Map.of(), 3, Duration.ZERO);

        assertThat(
                        impatient.decide(
                                Collections.nCopies(
                                        1, asking(FailureType.HTTP_ERROR, 503, 60_000))))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
    }

    @Test
    void aBusySiteIsTriedAgainAndABotWallIsNot() {
        assertThat(
                        policy.decide(
                                Collections.nCopies(
                                        1, asking(FailureType.BLOCKED_BY_SITE, 429, 30_000))))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(30)));
        assertThat(policy.decide(Collections.nCopies(1, failure(FailureType.BLOCKED_BY_SITE, 429))))
                .as("too many requests, and no time named")
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
        assertThat(policy.decide(Collections.nCopies(1, failure(FailureType.BLOCKED_BY_SITE, 403))))
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
        assertThat(policy.decide(Collections.nCopies(1, asking(type, null, 1_000))))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE));
    }

    @Test
    void aPageThatIsNotThereIsNotTriedAgainWhateverTimeIsNamed() {
        assertThat(
                        policy.decide(
                                Collections.nCopies(1, asking(FailureType.HTTP_ERROR, 404, 1_000))))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.NOT_RETRYABLE));
    }

    @Test
    void theTimeNamedByASiteGrantsNoFurtherAttempt() {
        assertThat(
                        policy.decide(
                                Collections.nCopies(3, asking(FailureType.HTTP_ERROR, 503, 1_000))))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP));
    }

    @Test
    void aTypeMayGetFewerRetries() {
        Failure crash = failure(FailureType.BROWSER_CRASH, null);

        assertThat(policy.decide(List.of(crash)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
        assertThat(policy.decide(List.of(crash, crash)))
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP));
    }

    @Test
    void failuresOfOtherTypesUseUpNoneOfATypesOwnRetries() {
        Failure crash = failure(FailureType.BROWSER_CRASH, null);
        Failure timeout = failure(FailureType.TIMEOUT, null);

        assertThat(policy.decide(List.of(timeout, crash)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(4)));
        assertThat(policy.decide(List.of(crash, timeout)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(4)));
        assertThat(policy.decide(List.of(timeout, crash, timeout)))
                .as("there are two retries in all")
                .isEqualTo(new RetryVerdict.GiveUp(DeathCause.ATTEMPTS_USED_UP));
    }

    @Test
    void aLostJobUsesUpNoneOfTheAttempts() {
        Failure lost = failure(FailureType.LOST, null);
        Failure timeout = failure(FailureType.TIMEOUT, null);

        assertThat(policy.decide(List.of(lost, lost, timeout)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
        assertThat(policy.decide(List.of(timeout, lost, timeout)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(4)));
        assertThat(policy.decide(List.of(timeout, timeout, lost)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(2)));
    }

    @Test
    void aScanThatIsLostAgainAndAgainIsGivenUp() {
        Failure lost = failure(FailureType.LOST, null);

        assertThat(policy.decide(Collections.nCopies(3, lost)))
                .isEqualTo(new RetryVerdict.Retry(Duration.ofSeconds(4)));
        assertThat(policy.decide(Collections.nCopies(4, lost)))
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
