package io.stepfree.scheduler.lifecycle;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.streams.KeepUndecodable;
import io.stepfree.scheduler.choice.DispatchBoard;
import io.stepfree.scheduler.choice.HostLimits;
import io.stepfree.scheduler.ledger.Books;
import io.stepfree.scheduler.retry.RetryPolicy;
import io.stepfree.scheduler.site.SiteLimits;
import io.stepfree.schemas.registry.RegistryClient;
import io.stepfree.schemas.registry.RegistryEndpoint;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.PageResult;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * The scheduler's topology on a clock that the test moves, with what a test says to it and hears of
 * it.
 */
abstract class SchedulerTest {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Duration DEADLINE = Duration.ofMinutes(2);
    static final int LOST_RETRIES = 8;
    static final Duration ENDED_KEPT = Duration.ofDays(8);
    static final Duration OPEN_BOUND = Duration.ofDays(1);
    static final Duration BATCHES_KEPT = Duration.ofDays(45);
    static final int PAGES_AT_ONCE = 3;
    static final Duration SITE_FETCH_DEADLINE = Duration.ofMinutes(5);
    static final String HOST = "example.org";

    final AvroSerdes serdes =
            new AvroSerdes(new RegistryClient(RegistryEndpoint.of(TestRegistry.shared().url())));
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Books books = new Books();
    int slots = 100;
    int perHost = 100;

    /* In memory where there is such a place: the driver syncs every store to disk at each step. */
    @TempDir(factory = InMemory.class)
    Path state;

    TopologyTestDriver driver;
    TestInputTopic<String, ScanCommand> commands;
    TestInputTopic<String, ScanAttempt> outcomes;
    TestOutputTopic<String, ScanJob> jobs;
    TestOutputTopic<String, ScanResult> results;
    TestOutputTopic<String, DeadLetter> deadLetters;
    TestOutputTopic<String, ScanEvent> events;

    /** Makes temporary folders on a file system in memory, where the machine has one. */
    static final class InMemory implements TempDirFactory {

        private static final Path MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
                throws IOException {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "stepfree")
                    : Files.createTempDirectory("stepfree");
        }
    }

    @BeforeEach
    void start() {
        var retries =
                new RetryPolicy(
                        List.of(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(4),
                                Duration.ofSeconds(8)),
                        Map.of(),
                        LOST_RETRIES,
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
                                        new ScanTimes(
                                                DEADLINE, OPEN_BOUND, ENDED_KEPT, BATCHES_KEPT),
                                        new HostLimits(
                                                perHost, Duration.ZERO, Duration.ofMinutes(10)),
                                        new DispatchBoard(
                                                () -> slots, () -> 0, 2, 5, 12, () -> START),
                                        books,
                                        new TransitionMeters(meters),
                                        new SiteLimits(
                                                PAGES_AT_ONCE, SITE_FETCH_DEADLINE, ENDED_KEPT))
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

    void submit(ScanRequest request) {
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

    void complete(String scanId, int attempt) {
        outcomes.pipeInput(HOST, outcome(scanId, attempt).setPage(page()).build());
    }

    void fail(String scanId, int attempt, FailureType type, @Nullable Integer status) {
        fail(scanId, attempt, failure(type, status));
    }

    void fail(String scanId, int attempt, Failure failure) {
        outcomes.pipeInput(HOST, outcome(scanId, attempt).setFailure(failure).build());
    }

    static Failure failure(FailureType type, @Nullable Integer status) {
        return Failure.newBuilder()
                .setType(type)
                .setMessage("it failed")
                .setHttpStatus(status)
                .build();
    }

    static Failure askingForTime(FailureType type, int status, Duration time) {
        return Failure.newBuilder(failure(type, status))
                .setRetryAfterMillis(time.toMillis())
                .build();
    }

    void advance(Duration time) {
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

    List<EventKind> kinds() {
        return told().stream().map(ScanEvent::getKind).toList();
    }

    /** What was told of single scans. */
    List<ScanEvent> told() {
        return events.readValuesToList().stream()
                .filter(event -> !event.getScanId().isEmpty())
                .toList();
    }

    double count(String meter) {
        return meters.counter("stepfree.scheduler." + meter).count();
    }

    double fenced(String reason) {
        return meters.counter("stepfree.scheduler.outcomes.fenced", "reason", reason).count();
    }

    static String requestIdOf(Header header) {
        return new String(header.value(), java.nio.charset.StandardCharsets.UTF_8);
    }

    static ScanAttempt.Builder outcome(String scanId, int attempt) {
        return ScanAttempt.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-" + scanId)
                .setAttempt(attempt)
                .setWorker("worker-1")
                .setEngine("axe-core 4.11.1")
                .setStartedAt(START)
                .setEndedAt(START.plusSeconds(1));
    }

    static ScanRequest request(String scanId) {
        return ScanRequest.newBuilder()
                .setScanId(scanId)
                .setRequestId("request-" + scanId)
                .setUrl("https://example.org/" + scanId)
                .setHost(HOST)
                .setOptions(ScanOptions.newBuilder().build())
                .setSubmittedAt(START)
                .build();
    }

    static PageResult page() {
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

    <T extends SpecificRecord> TestInputTopic<String, T> input(Topic<T> topic) {
        return driver.createInputTopic(
                topic.name(), new StringSerializer(), serdes.<T>serializer());
    }

    <T extends SpecificRecord> TestOutputTopic<String, T> output(Topic<T> topic) {
        return driver.createOutputTopic(
                topic.name(), new StringDeserializer(), serdes.deserializer(topic));
    }

    /** Why records were kept aside as they came. */
    List<String> kept() {
        return driver
                .createOutputTopic(
                        Topics.Unreadable.NAME,
                        new StringDeserializer(),
                        new ByteArrayDeserializer())
                .readRecordsToList()
                .stream()
                .map(record ->
                        new String(
                                record.headers().lastHeader(Topics.Unreadable.MESSAGE).value(),
                                StandardCharsets.UTF_8))
                .toList();
    }

    final void cancel(String scanId) {
        commands.pipeInput(
                HOST,
                ScanCommand.newBuilder()
                        .setKind(CommandKind.CANCEL)
                        .setScanId(scanId)
                        .setRequestId("request-cancel")
                        .setIssuedAt(START)
                        .build());
    }
}
