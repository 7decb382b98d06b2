package io.stepfree.scheduler.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.streams.KeepUndecodable;
import io.stepfree.scheduler.choice.DispatchBoard;
import io.stepfree.scheduler.choice.HostLimits;
import io.stepfree.scheduler.ledger.Books;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.AttemptFailure;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.DeathCause;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.Priority;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.serde.AvroSerdes;
import io.stepfree.schemas.topic.Topic;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SchedulerTopologyTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final Duration OPEN_BOUND = Duration.ofDays(1);
    private static final String HOST = "example.org";

    private final AvroSerdes serdes =
            new AvroSerdes(new RegistryClient(RegistryEndpoint.of(TestRegistry.shared().url())));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Books books = new Books();
    private int slots = 100;
    private int perHost = 100;

    @TempDir Path state;
    private TopologyTestDriver driver;
    private TestInputTopic<String, ScanCommand> commands;
    private TestInputTopic<String, ScanAttempt> outcomes;
    private TestOutputTopic<String, ScanJob> jobs;
    private TestOutputTopic<String, ScanResult> results;
    private TestOutputTopic<String, DeadLetter> deadLetters;
    private TestOutputTopic<String, ScanEvent> events;

    @BeforeEach
    void start() {
        var retries =
                new RetryPolicy(
                        List.of(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(8)),
                        Map.of(),
                        8,
                        Duration.ofMinutes(10));
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "scheduler-under-test");
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        settings.put(
                StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
                KeepUndecodable.class);
        settings.put(
                StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, Topics.Unreadable.NAME);
        driver =
                new TopologyTestDriver(
                        new SchedulerTopology(
                                        serdes,
                                        retries,
                                        new ScanTimes(DEADLINE, OPEN_BOUND, Duration.ofDays(8)),
                                        new HostLimits(
                                                perHost, Duration.ZERO, Duration.ofMinutes(10)),
                                        new DispatchBoard(
                                                () -> slots, () -> 0, 2, 5, 12, () -> START),
                                        books,
                                        new TransitionMeters(meters))
                                .build(),
                        settings,
                        START);
        commands = input(Topics.SCAN_REQUESTS);
        outcomes = input(Topics.SCAN_ATTEMPTS);
        jobs = output(Topics.SCAN_JOBS);
        results = output(Topics.SCAN_RESULTS);
        deadLetters = output(Topics.SCAN_DEAD_LETTERS);
        events = output(Topics.SCAN_EVENTS);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

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

        assertThat(told().getLast().getNextAttemptAt())
                .isEqualTo(START.plusSeconds(30));
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
        commands.pipeInput(
                HOST,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId("a")
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());
        complete("a", 1);

        assertThat(results.isEmpty()).isTrue();
        assertThat(deadLetters.isEmpty()).isTrue();
        assertThat(kinds())
                .containsExactly(EventKind.ACCEPTED, EventKind.DISPATCHED, EventKind.CANCELLED);
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

    private void submit(ScanRequest request) {
        commands.pipeInput(
                HOST,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.SUBMIT)
                        .setScanId(request.getScanId())
                        .setRequestId(request.getRequestId())
                        .setIssuedAt(START)
                        .setRequest(request)
                        .build());
    }

    private void complete(String scanId, int attempt) {
        outcomes.pipeInput(HOST, outcome(scanId, attempt).setPage(page()).build());
    }

    private void fail(String scanId, int attempt, FailureType type, @Nullable Integer status) {
        fail(scanId, attempt, failure(type, status));
    }

    private void fail(String scanId, int attempt, Failure failure) {
        outcomes.pipeInput(HOST, outcome(scanId, attempt).setFailure(failure).build());
    }

    private static Failure failure(FailureType type, @Nullable Integer status) {
        return Failure.newBuilder()
                .setType(type)
                .setMessage("it failed")
                .setHttpStatus(status)
                .build();
    }

    private static Failure askingForTime(FailureType type, int status, Duration time) {
        return Failure.newBuilder(failure(type, status))
                .setRetryAfterMillis(time.toMillis())
                .build();
    }

    private void advance(Duration time) {
        // In steps, as time really passes: one leap would call a punctuator once only.
        Duration step =
                time.compareTo(Duration.ofSeconds(10)) > 0
                        ? time.dividedBy(20)
                        : Duration.ofMillis(100);
        Duration left = time;
        while (left.compareTo(step) > 0) {
            driver.advanceWallClockTime(step);
            left = left.minus(step);
        }
        driver.advanceWallClockTime(left);
    }

    private List<EventKind> kinds() {
        return told().stream().map(ScanEvent::getKind).toList();
    }

    /** What was told of single scans. */
    private List<ScanEvent> told() {
        return events.readValuesToList().stream()
                .filter(event -> !event.getScanId().isEmpty())
                .toList();
    }

    private double count(String meter) {
        return meters.counter("stepfree.scheduler." + meter).count();
    }

    private double fenced(String reason) {
        return meters.counter("stepfree.scheduler.outcomes.fenced", "reason", reason).count();
    }

    private static String requestIdOf(Header header) {
        return new String(header.value(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private static ScanAttempt.Builder outcome(String scanId, int attempt) {
        return ScanAttempt.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-" + scanId)
                .setAttempt(attempt)
                .setWorker("worker-1")
                .setStartedAt(START)
                .setEndedAt(START.plusSeconds(1));
    }

    private static ScanRequest request(String scanId) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-" + scanId)
                .setUrl("https://example.org/" + scanId)
                .setHost(HOST)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(START)
                .build();
    }

    private static PageResult page() {
        return PageResult.newBuilder()
                .setFinalUrl("https://example.org/")
                .setTitle("Example")
                .setHttpStatus(200)
                .setLanguage("en")
                .setEngine("axe-core 4.11.1")
                .setBrowser("Chrome 1")
                .setViolations(List.of())
                .setNeedsReview(List.of())
                .setPasses(1)
                .setInapplicable(0)
                .setWarnings(List.of())
                .setTimings(Map.of())
                .build();
    }

    private <T extends SpecificRecord> TestInputTopic<String, T> input(Topic<T> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), serdes.<T>serializer());
    }

    private <T extends SpecificRecord> TestOutputTopic<String, T> output(Topic<T> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), serdes.deserializer(topic));
    }
}
