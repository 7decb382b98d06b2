package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SchedulerTopologyTest extends SchedulerTest {

    @Test
    void anAcceptedScanIsDispatchedAsItsFirstAttempt() {
        submit(request("a"));

        ScanJob job = jobs.readValue();
        assertThat(job.getRequest().getScanId()).isEqualTo("a");
        assertThat(job.getAttempt()).isEqualTo(1);
        assertThat(job.getDeadline()).isEqualTo(START.plus(DEADLINE));
        assertThat(kinds()).containsExactly(EventKind.ACCEPTED, EventKind.DISPATCHED);
    }

    @Test
    void aCommandOfAKindFromTheFutureIsKeptAsItCameAndTheNextIsCarriedOut() {
        ScanCommand strange = command(CommandKind.UNKNOWN, "a", request("a"));
        commands.pipeInput(HOST, strange);
        submit(request("b"));

        assertKept(strange, "a command of a kind that this scheduler does not know, for scan a");
        assertThat(jobs.readValuesToList())
                .extracting(job -> job.getRequest().getScanId())
                .containsExactly("b");
    }

    @Test
    void aSubmitWithoutARequestIsKeptAsItCame() {
        ScanCommand empty = command(CommandKind.SUBMIT, "a", null);
        commands.pipeInput(HOST, empty);

        assertKept(empty, "submits scan a without a request");
        assertThat(jobs.isEmpty()).isTrue();
    }

    private static ScanCommand command(
            CommandKind kind, String scanId, @Nullable ScanRequest request) {
        return ScanCommand.newBuilder()
                .setKind(kind)
                .setScanId(scanId)
                .setRequestId("request-" + scanId)
                .setRequest(request)
                .setIssuedAt(START)
                .build();
    }

    private void assertKept(ScanCommand command, String reason) {
        TestRecord<String, byte[]> kept =
                driver.createOutputTopic(
                                Topics.Unreadable.NAME,
                                new StringDeserializer(),
                                new ByteArrayDeserializer())
                        .readRecord();
        assertThat(kept.key()).isEqualTo(HOST);
        assertThat(kept.value())
                .isEqualTo(
                        serdes.<ScanCommand>serializer()
                                .serialize(Topics.SCAN_REQUESTS.name(), command));
        assertThat(
                        new String(
                                kept.headers().lastHeader(Topics.Unreadable.MESSAGE).value(),
                                StandardCharsets.UTF_8))
                .contains(reason);
    }

    @Test
    void everyRecordCarriesTheRequestId() {
        submit(request("a"));
        fail("a", 1, FailureType.TLS, null);

        assertThat(requestIdOf(jobs.readRecord().headers().lastHeader(RequestId.RECORD_HEADER)))
                .isEqualTo("request-a");
        assertThat(
                        requestIdOf(
                                deadLetters
                                        .readRecord()
                                        .headers()
                                        .lastHeader(RequestId.RECORD_HEADER)))
                .isEqualTo("request-a");
        assertThat(events.readRecordsToList())
                .isNotEmpty()
                .allSatisfy(event ->
                        assertThat(requestIdOf(event.headers().lastHeader(RequestId.RECORD_HEADER)))
                                .isEqualTo("request-a"));
    }

    @Test
    void aCompletedAttemptBecomesTheOneResult() {
        submit(request("a"));
        complete("a", 1);
        complete("a", 1);

        assertThat(results.readValuesToList()).hasSize(1);
        assertThat(kinds())
                .containsExactly(EventKind.ACCEPTED, EventKind.DISPATCHED, EventKind.COMPLETED);
        assertThat(fenced("doubled")).isEqualTo(1);
    }

    @Test
    void theGapBeforeARetryCountsFromTheFailureAndNotFromWhenItWasHeardOf() {
        submit(request("a"));
        jobs.readValue();

        // The outcome tells that it failed a second after the start.
        advance(Duration.ofMillis(1_200));
        fail("a", 1, FailureType.TIMEOUT, null);
        advance(Duration.ofMillis(1_700));
        assertThat(jobs.isEmpty()).isTrue();
        advance(Duration.ofMillis(101));
        assertThat(jobs.readValue().getAttempt()).isEqualTo(2);
    }

    @Test
    void aWorkerWhoseClockIsOffShortensNoGap() {
        submit(request("a"));
        jobs.readValue();

        // The outcome tells that it failed a second after the start.
        advance(Duration.ofMillis(1_300));
        fail("a", 1, FailureType.TIMEOUT, null);
        advance(Duration.ofMillis(1_900));
        assertThat(jobs.isEmpty()).isTrue();
        advance(Duration.ofMillis(200));
        assertThat(jobs.readValue().getAttempt()).isEqualTo(2);
    }

    @Test
    void aTimeoutIsTriedAgainAfterTwoFourAndEightSecondsAndThenGivenUp() {
        submit(request("a"));
        assertThat(jobs.readValue().getAttempt()).isEqualTo(1);

        int attempt = 1;
        for (int seconds : new int[] {2, 4, 8}) {
            fail("a", attempt, FailureType.TIMEOUT, null);
            advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(jobs.isEmpty()).as("nothing before %d s", seconds).isTrue();
            advance(Duration.ofMillis(101));
            attempt++;
            assertThat(jobs.readValue().getAttempt()).isEqualTo(attempt);
        }
        fail("a", 4, FailureType.TIMEOUT, null);
        advance(Duration.ofMinutes(5));

        assertThat(jobs.isEmpty()).isTrue();
        DeadLetter letter = deadLetters.readValue();
        assertThat(letter.getCause()).isEqualTo(DeathCause.ATTEMPTS_USED_UP);
        assertThat(letter.getFailures())
                .extracting(AttemptFailure::getAttempt)
                .containsExactly(1, 2, 3, 4);
        assertThat(letter.getFailures())
                .extracting(AttemptFailure::getEngine)
                .as("the engine that each attempt was made with")
                .containsOnly("axe-core 4.11.1");
        assertThat(letter.getRequest()).isEqualTo(request("a"));
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void whatCannotSucceedIsNotTriedAgain() {
        submit(request("a"));
        fail("a", 1, FailureType.HTTP_ERROR, 404);

        assertThat(deadLetters.readValue().getCause()).isEqualTo(DeathCause.NOT_RETRYABLE);
        assertThat(kinds())
                .containsExactly(EventKind.ACCEPTED, EventKind.DISPATCHED, EventKind.DEAD_LETTERED);
    }

    @Test
    void aRetryTellsWhenItIsDue() {
        submit(request("a"));
        fail("a", 1, FailureType.HTTP_ERROR, 503);

        ScanEvent retrying = told().getLast();
        assertThat(retrying.getKind()).isEqualTo(EventKind.RETRYING);
        assertThat(retrying.getNextAttemptAt()).isEqualTo(START.plusSeconds(2));
        assertThat(retrying.getFailure().getHttpStatus()).isEqualTo(503);
    }

    @Test
    void aSiteThatAsksForTimeIsLeftAloneForThatLong() {
        submit(request("a"));
        jobs.readValue();
        fail("a", 1, askingForTime(FailureType.HTTP_ERROR, 503, Duration.ofSeconds(30)));

        assertThat(told().getLast().getNextAttemptAt()).isEqualTo(START.plusSeconds(30));
        advance(Duration.ofSeconds(30).minusMillis(100));
        assertThat(jobs.isEmpty()).as("nothing before 30 s").isTrue();
        advance(Duration.ofMillis(200));
        assertThat(jobs.readValue().getAttempt()).isEqualTo(2);
    }

    @Test
    void aSiteThatAsksForTooMuchTimeIsAskedAgainAtTheBound() {
        submit(request("a"));
        fail("a", 1, askingForTime(FailureType.BLOCKED_BY_SITE, 429, Duration.ofDays(365)));

        assertThat(told().getLast().getNextAttemptAt())
                .isEqualTo(START.plus(Duration.ofMinutes(10)));
    }

    @Test
    void aJobThatIsWrongTakesOneAttempt() {
        submit(request("a"));
        fail("a", 1, FailureType.INVALID_JOB, null);
        advance(Duration.ofMinutes(1));

        assertThat(jobs.readValuesToList()).hasSize(1);
        assertThat(deadLetters.readValue().getCause()).isEqualTo(DeathCause.NOT_RETRYABLE);
    }

    @Test
    void aSucceedingRetryCarriesTheEarlierFailures() {
        submit(request("a"));
        fail("a", 1, FailureType.BROWSER_CRASH, null);
        advance(Duration.ofSeconds(3));
        complete("a", 2);

        ScanResult result = results.readValue();
        assertThat(result.getAttempt()).isEqualTo(2);
        assertThat(result.getEarlierFailures())
                .singleElement()
                .satisfies(failure ->
                        assertThat(failure.getFailure().getType())
                                .isEqualTo(FailureType.BROWSER_CRASH));
        assertThat(deadLetters.isEmpty()).isTrue();
    }

    @Test
    void aSilentJobIsLostAtItsDeadlineAndTriedAgain() {
        submit(request("a"));
        jobs.readValue();
        advance(DEADLINE.minusSeconds(1));
        assertThat(kinds()).doesNotContain(EventKind.RETRYING);

        advance(Duration.ofSeconds(2));
        ScanEvent retrying = told().getLast();
        assertThat(retrying.getKind()).isEqualTo(EventKind.RETRYING);
        assertThat(retrying.getFailure().getType()).isEqualTo(FailureType.LOST);
        advance(Duration.ofSeconds(3));
        assertThat(jobs.readValue().getAttempt()).isEqualTo(2);
        assertThat(count("lost")).isEqualTo(1);
    }

    @Test
    void theLateOutcomeOfALostJobIsFenced() {
        submit(request("a"));
        advance(DEADLINE.plusSeconds(1));
        advance(Duration.ofSeconds(3));
        complete("a", 1);
        assertThat(results.isEmpty()).isTrue();
        assertThat(fenced("late")).isEqualTo(1);

        complete("a", 2);
        assertThat(results.readValuesToList())
                .singleElement()
                .satisfies(result -> assertThat(result.getAttempt()).isEqualTo(2));
    }

    @Test
    void anOutcomeThatNobodyAskedForIsFenced() {
        complete("stranger", 1);

        assertThat(results.isEmpty()).isTrue();
        assertThat(events.isEmpty()).isTrue();
        assertThat(fenced("foreign")).isEqualTo(1);
    }

    @Test
    void aDoubledCommandStartsNothingTwice() {
        submit(request("a"));
        submit(request("a"));
        complete("a", 1);
        submit(request("a"));

        assertThat(jobs.readValuesToList()).hasSize(1);
        assertThat(results.readValuesToList()).hasSize(1);
        assertThat(count("commands.ignored")).isEqualTo(2);
    }

    @Test
    void aReplayGoesOnWithItsAttemptNumbersAndEndsOnceMore() {
        submit(request("a"));
        fail("a", 1, FailureType.TLS, null);
        ScanRequest replay =
                ScanRequest.newBuilder(request("a")).setReplays(1).setEarlierAttempts(1).build();
        submit(replay);
        submit(replay);

        assertThat(jobs.readValuesToList()).extracting(ScanJob::getAttempt).containsExactly(1, 2);
        complete("a", 2);
        assertThat(results.readValuesToList()).hasSize(1);
    }

    @Test
    void aReplayOfAScanThatIsStillOpenIsIgnored() {
        submit(request("a"));
        submit(ScanRequest.newBuilder(request("a")).setReplays(1).build());

        assertThat(jobs.readValuesToList()).hasSize(1);
        assertThat(count("commands.ignored")).isEqualTo(1);
    }

    @Test
    void aCancelledScanEndsAndItsLateOutcomeIsFenced() {
        submit(request("a"));
        cancel("a");
        complete("a", 1);
        complete("a", 1);

        assertThat(results.isEmpty()).isTrue();
        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(kinds())
                .containsExactly(EventKind.ACCEPTED, EventKind.DISPATCHED, EventKind.CANCELLED);
        assertThat(fenced("late")).isEqualTo(1);
        assertThat(fenced("doubled")).isEqualTo(1);
    }

    @Test
    void aScanCancelledAtAWorkerKeepsItsPlaceUntilTheWorkerIsDone() {
        slots = 1;
        for (String id : List.of("a", "b", "c")) {
            submit(request(id));
        }
        assertThat(jobs.readValuesToList()).hasSize(2);
        cancel("a");
        advance(Duration.ofSeconds(1));
        assertThat(jobs.isEmpty()).as("two are still out").isTrue();

        complete("a", 1);
        assertThat(jobs.readValue().getRequest().getScanId()).isEqualTo("c");
    }

    @Test
    void aScanCancelledAtAWorkerThatIsNotHeardOfGivesItsPlaceBackAtTheDeadline() {
        slots = 1;
        submit(request("a"));
        cancel("a");
        advance(DEADLINE.minusSeconds(1));
        for (String id : List.of("b", "c")) {
            submit(request(id));
        }
        assertThat(jobs.readValuesToList())
                .extracting(job -> job.getRequest().getScanId())
                .containsExactly("a", "b");

        advance(Duration.ofSeconds(2));
        assertThat(jobs.readValue().getRequest().getScanId()).isEqualTo("c");
        assertThat(count("lost")).as("nobody waits for it any more").isZero();

        complete("a", 1);
        assertThat(fenced("late")).isEqualTo(1);
        advance(ENDED_KEPT.plusSeconds(1));
        complete("a", 1);
        assertThat(fenced("foreign")).as("it is forgotten in time").isEqualTo(1);
    }

    @Test
    void aReplayThatShouldNotBeLeavesNoPlaceTaken() {
        slots = 1;
        submit(request("a"));
        cancel("a");
        submit(ScanRequest.newBuilder(request("a")).setReplays(1).setEarlierAttempts(1).build());
        submit(request("b"));
        submit(request("c"));

        assertThat(jobs.readValuesToList())
                .extracting(job -> job.getRequest().getScanId())
                .containsExactly("a", "a", "b");
        complete("a", 1);
        assertThat(fenced("late")).isEqualTo(1);
        complete("a", 2);
        assertThat(jobs.readValue().getRequest().getScanId()).isEqualTo("c");
    }

    @Test
    void theOutcomeOfAScanThatDiedOfBeingLostIsLate() {
        submit(request("a"));
        for (int loss = 0; loss <= LOST_RETRIES; loss++) {
            advance(DEADLINE.plusSeconds(1));
            advance(Duration.ofSeconds(9));
        }
        assertThat(deadLetters.readValuesToList()).hasSize(1);

        complete("a", LOST_RETRIES + 1);
        complete("a", LOST_RETRIES + 1);
        assertThat(fenced("late")).isEqualTo(1);
        assertThat(fenced("doubled")).isEqualTo(1);
    }

    @Test
    void noMoreIsHandedOutThanTheWorkersCanTakeSoonAndTheRestFollows() {
        slots = 1;
        for (String id : List.of("a", "b", "c")) {
            submit(request(id));
        }
        assertThat(jobs.readValuesToList())
                .extracting(job -> job.getRequest().getScanId())
                .containsExactly("a", "b");

        complete("a", 1);
        assertThat(jobs.readValue().getRequest().getScanId()).isEqualTo("c");
    }

    @Test
    void nothingIsHandedOutWhileNoWorkerIsHeardOf() {
        slots = 0;
        submit(request("a"));
        advance(DEADLINE.plusMinutes(1));
        assertThat(jobs.isEmpty()).isTrue();
        assertThat(kinds()).containsExactly(EventKind.ACCEPTED);

        slots = 1;
        advance(Duration.ofMillis(200));
        assertThat(jobs.readValue().getAttempt()).isEqualTo(1);
    }

    @Test
    void highPriorityGoesFirstAndLowNeverStarves() {
        slots = 0;
        submit(ScanRequest.newBuilder(request("low")).setPriority(Priority.LOW).build());
        for (int i = 0; i < 8; i++) {
            submit(request("high" + i));
        }
        slots = 1;
        advance(Duration.ofMillis(200));
        var order = new java.util.ArrayList<String>();
        while (!jobs.isEmpty()) {
            String id = jobs.readValue().getRequest().getScanId();
            order.add(id);
            complete(id, 1);
        }

        assertThat(order).hasSize(9);
        assertThat(order.getFirst()).startsWith("high");
        assertThat(order.indexOf("low")).isBetween(1, 5);
    }

    @Test
    void anEndedScanIsForgottenAfterItsTime() {
        submit(request("a"));
        complete("a", 1);
        assertThat(driver.getKeyValueStore(SchedulerTopology.SCANS).get("a")).isNotNull();

        advance(Duration.ofDays(8).plusSeconds(1));
        assertThat(driver.getKeyValueStore(SchedulerTopology.SCANS).get("a")).isNull();
    }
}
