package io.stepfree.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.ServiceSignal;
import io.stepfree.schemas.scan.ClientLedger;
import io.stepfree.schemas.scan.CommandKind;
import io.stepfree.schemas.scan.EventKind;
import io.stepfree.schemas.scan.PageResult;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Several schedulers on a real broker; the test is the gateway and the workers. */
final class SchedulerServiceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final RequestId REQUEST = RequestId.create();

    private TestKafka kafka;
    private final List<ConfigurableApplicationContext> schedulers = new ArrayList<>();
    private TopicProbe<ScanJob> jobs;
    private TopicProbe<ScanResult> results;
    private TopicProbe<ScanEvent> events;
    private final Set<String> answered = new HashSet<>();
    private Instant lastSignal = Instant.EPOCH;

    @BeforeEach
    void start() {
        kafka = TestKafka.start();
        schedulers.add(scheduler());
        jobs = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_JOBS);
        results = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_RESULTS);
        events = TopicProbe.of(kafka, TestRegistry.shared(), Topics.SCAN_EVENTS);
    }

    @AfterEach
    void stop() {
        jobs.close();
        results.close();
        events.close();
        schedulers.forEach(ConfigurableApplicationContext::close);
        kafka.close();
    }

    @Test
    void whatWasOpenGoesOnAfterARestartWithoutTheStores() {
        for (String id : List.of("a", "b", "c")) {
            submit(id, "example.org");
        }
        // Only signals that come after the scheduler has begun to listen are heard.
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    signal();
                    assertThat(dispatched()).contains("a", "b");
                });
        schedulers.removeFirst().close();

        // A new folder for its stores: all it knows comes from the changelogs.
        schedulers.add(scheduler());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(gauge("open")).isEqualTo(3));
        assertThat(dispatched()).as("two of a host are out").containsExactly("a", "b");

        answer(jobs.values().getFirst());
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    signal();
                    assertThat(dispatched()).containsExactly("a", "b", "c");
                });
        workThrough(3);
        assertThat(gauge("accepted")).isEqualTo(3);
    }

    @Test
    void threeSchedulersOfWhichOneGoesEndEachScanOnce() {
        int scans = 240;
        schedulers.add(scheduler());
        schedulers.add(scheduler());
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(schedulers)
                                .allSatisfy(scheduler ->
                                        assertThat(ledger(scheduler, "partitions")).isPositive()));
        for (int i = 0; i < scans; i++) {
            submit("scan-" + i, "host-" + i % 60 + ".example");
        }
        workThrough(scans / 3);
        schedulers.remove(1).close();
        workThrough(scans);

        assertThat(results.values())
                .extracting(result -> result.getRequest().getScanId())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, scans).mapToObj(i -> "scan-" + i).toList());
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(told(ClientLedger::getAccepted)).isEqualTo(scans);
                    assertThat(told(ClientLedger::getCompleted)).isEqualTo(scans);
                    assertThat(told(ClientLedger::getOpen)).isZero();
                });
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(schedulers)
                                .allSatisfy(scheduler ->
                                        assertThat(ledger(scheduler, "imbalance")).isZero()));
    }

    private static double ledger(ConfigurableApplicationContext scheduler, String gauge) {
        return scheduler
                .getBean(MeterRegistry.class)
                .get("stepfree.scheduler.ledger." + gauge)
                .gauge()
                .value();
    }

    @Test
    void aSchedulerLeavesNoGroupOfItsOwnBehind() throws Exception {
        submit("a", "example.org");
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    signal();
                    assertThat(dispatched()).as("it has heard the workers").contains("a");
                });

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            assertThat(admin.listGroups().all().get())
                    .extracting(GroupListing::groupId)
                    .filteredOn(group -> group.startsWith("scan-scheduler"))
                    .containsExactly("scan-scheduler");
        }
    }

    private ConfigurableApplicationContext scheduler() {
        return ServiceApplication.run(
                "scan-scheduler",
                SchedulerApplication.class,
                ServiceArguments.of(
                        kafka,
                        TestRegistry.shared(),
                        "--spring.main.web-application-type=none",
                        "--stepfree.scheduler.host-gap=0s"));
    }

    private void submit(String scanId, String host) {
        signal();
        ScanRequest request =
                ScanRequest.newBuilder()
                        .setScanId(scanId)
                        .setRequestId("request-" + scanId)
                        .setUrl("https://%s/%s".formatted(host, scanId))
                        .setHost(host)
                        .setOptions(ScanOptions.newBuilder().build())
                        .setSubmittedAt(now())
                        .build();
        publisher()
                .publish(
                        Topics.SCAN_REQUESTS,
                        host,
                        ScanCommand.newBuilder()
                                .setKind(CommandKind.SUBMIT)
                                .setScanId(scanId)
                                .setRequestId(request.getRequestId())
                                .setIssuedAt(now())
                                .setRequest(request)
                                .build(),
                        REQUEST);
    }

    /** Answers every job as it comes, until so many scans have ended. */
    private void workThrough(int ends) {
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    signal();
                    jobs.values().forEach(this::answer);
                    assertThat(results.values()).hasSizeGreaterThanOrEqualTo(ends);
                });
    }

    private void answer(ScanJob job) {
        if (answered.add(job.getRequest().getScanId() + job.getAttempt())) {
            publisher()
                    .publish(
                            Topics.SCAN_ATTEMPTS,
                            job.getRequest().getHost(),
                            ScanAttempt.newBuilder()
                                    .setScanId(job.getRequest().getScanId())
                                    .setRequestId(job.getRequest().getRequestId())
                                    .setAttempt(job.getAttempt())
                                    .setWorker("worker-1")
                                    .setStartedAt(now())
                                    .setEndedAt(now())
                                    .setPage(page())
                                    .build(),
                            REQUEST);
        }
    }

    /** Says, as workers do every two seconds, that there are eight places. */
    private void signal() {
        if (lastSignal.plusSeconds(1).isBefore(now())) {
            lastSignal = now();
            publisher()
                    .publish(
                            Topics.OPS_SIGNALS,
                            "worker-1",
                            ServiceSignal.newBuilder()
                                    .setService("scan-processor")
                                    .setInstance("worker-1")
                                    .setAt(now())
                                    .setSlots(8)
                                    .setGauges(Map.of())
                                    .build(),
                            REQUEST);
        }
    }

    private List<String> dispatched() {
        return jobs.values().stream().map(job -> job.getRequest().getScanId()).toList();
    }

    private double gauge(String standing) {
        return schedulers
                .getLast()
                .getBean(MeterRegistry.class)
                .get("stepfree.scheduler.ledger")
                .tag("standing", standing)
                .gauge()
                .value();
    }

    /** What the books say over all partitions, as last told by whoever had each. */
    private long told(java.util.function.ToLongFunction<ClientLedger> number) {
        Map<String, Long> byPartition = new HashMap<>();
        for (ConsumerRecord<String, ScanEvent> record : events.received()) {
            if (record.value().getKind() == EventKind.LEDGER) {
                record.value()
                        .getLedger()
                        .getClients()
                        .forEach(client ->
                                byPartition.put(record.key(), number.applyAsLong(client)));
            }
        }
        return byPartition.values().stream().mapToLong(Long::longValue).sum();
    }

    private RecordPublisher publisher() {
        return schedulers.getFirst().getBean(RecordPublisher.class);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static PageResult page() {
        return PageResult.newBuilder()
                .setFinalUrl("https://example.org/")
                .setTitle("Example")
                .setHttpStatus(200)
                .setLanguage("en")
                .setEngine("axe-core 4.14.1")
                .setBrowser("Chrome 1")
                .setViolations(List.of())
                .setNeedsReview(List.of())
                .setPasses(1)
                .setInapplicable(0)
                .setWarnings(List.of())
                .setTimings(Map.of())
                .build();
    }
}
