package io.stepfree.processor.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.signal.SignalSource;
import io.stepfree.processor.ProcessorApplication;
import io.stepfree.processor.scan.TestPages;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanOptions;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole worker, on a real broker, registry and browser. */
class JobWorkerTest {

    private static TestPages pages;
    private static TestKafka kafka;
    private static TestRegistry registry;
    private static ConfigurableApplicationContext worker;
    private static RecordPublisher publisher;
    private static TopicProbe<ScanAttempt> attempts;
    private static TopicProbe<byte[]> unreadable;

    @BeforeAll
    static void start() {
        pages = new TestPages();
        pages.html(
                "/",
                "<!doctype html><html lang=en><title>t</title><main><h1>t</h1><button></button></main></html>");
        kafka = TestKafka.start();
        registry = TestRegistry.shared();
        worker =
                ServiceApplication.run(
                        "scan-processor",
                        ProcessorApplication.class,
                        ServiceArguments.of(
                                kafka,
                                registry,
                                "--stepfree.targets.allow=127.0.0.1",
                                "--stepfree.browser.slots=2"));
        publisher = worker.getBean(RecordPublisher.class);
        attempts = TopicProbe.of(kafka, registry, Topics.SCAN_ATTEMPTS);
        unreadable = TopicProbe.raw(kafka, Topics.Unreadable.NAME);
    }

    @AfterAll
    static void stop() {
        worker.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .as("slots that still work")
                .noneMatch(thread -> thread.getName().startsWith("scan-slot-"));
        attempts.close();
        unreadable.close();
        kafka.close();
        pages.close();
    }

    @Test
    void aJobBecomesAnAttemptWithItsRequestId() {
        publish(job("one", pages.address("/"), 60_000), new RequestId("request-one"));
        ConsumerRecord<String, ScanAttempt> record = awaitAttempt("one");
        assertThat(RequestId.from(record.headers()).orElseThrow().value()).isEqualTo("request-one");
        assertThat(record.key()).isEqualTo("127.0.0.1");
        ScanAttempt attempt = record.value();
        assertThat(attempt.getRequestId()).isEqualTo("request-one");
        assertThat(attempt.getAttempt()).isEqualTo(3);
        assertThat(attempt.getWorker()).startsWith("scan-processor");
        assertThat(attempt.getFailure()).isNull();
        assertThat(attempt.getEngine())
                .as("what the worker says of its engine is what the engine says of itself")
                .isEqualTo(attempt.getPage().getEngine());
        assertThat(attempt.getPage().getViolations())
                .singleElement()
                .satisfies(finding -> assertThat(finding.getRule()).isEqualTo("button-name"));
    }

    @Test
    void allSlotsAreCountedOnceTheyCanTakeJobs() {
        await().until(() -> worker.getBean(SignalSource.class).slots() == 2);
    }

    @Test
    void aBrowserThatCannotStartEndsTheStartWithTheCure() {
        assertThatThrownBy(() ->
                        ServiceApplication.run(
                                "scan-processor",
                                ProcessorApplication.class,
                                ServiceArguments.of(
                                        kafka, registry, "--stepfree.browser.binary=/bin/false")))
                .satisfies(failure ->
                        assertThat(Stream.iterate(failure, Objects::nonNull, Throwable::getCause))
                                .filteredOn(CannotStartException.class::isInstance)
                                .singleElement()
                                .extracting(Throwable::getMessage)
                                .asString()
                                .startsWith("Chrome did not start: ")
                                .contains("check that /bin/false is a Chromium")
                                .contains("stepfree.browser.sandbox=false")
                                .doesNotContain("\n"));
    }

    @Test
    void aFailureIsTypedAndTold() {
        publish(job("two", pages.address("/none"), 60_000), new RequestId("request-two"));
        ScanAttempt attempt = awaitAttempt("two").value();
        assertThat(attempt.getPage()).isNull();
        assertThat(attempt.getFailure().getType()).isEqualTo(FailureType.HTTP_ERROR);
        assertThat(attempt.getFailure().getHttpStatus()).isEqualTo(404);
        assertThat(attempt.getEngine()).startsWith("axe-core 4.");
    }

    @Test
    void aScanLongerThanARenewalIsToldOnce() {
        pages.answer(
                "/slow",
                exchange -> {
                    try {
                        Thread.sleep(ScanGroup.RENEWAL.plusSeconds(1));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(500, -1);
                });
        publish(job("slow", pages.address("/slow"), 60_000), new RequestId("request-slow"));
        // A job behind it shows that the other slot goes on meanwhile.
        publish(job("quick", pages.address("/"), 60_000), new RequestId("request-quick"));
        awaitAttempt("quick");
        assertThat(find("slow")).isEmpty();
        assertThat(worker.getBean(SignalSource.class).inFlight()).isEqualTo(1);
        assertThat(awaitAttempt("slow").value().getFailure().getHttpStatus()).isEqualTo(500);
        publish(job("after-slow", pages.address("/"), 60_000), new RequestId("request-after"));
        awaitAttempt("after-slow");
        assertThat(
                        attempts.received().stream()
                                .filter(record -> record.value().getScanId().equals("slow")))
                .hasSize(1);
    }

    @Test
    void aJobPastItsDeadlineIsDroppedAndTheNextIsDone() {
        publish(job("late", pages.address("/late"), -1_000), new RequestId("request-late"));
        publish(job("in-time", pages.address("/"), 60_000), new RequestId("request-in-time"));
        awaitAttempt("in-time");
        publish(job("later", pages.address("/"), 60_000), new RequestId("request-later"));
        awaitAttempt("later");
        assertThat(find("late")).isEmpty();
        assertThat(pages.asked()).doesNotContain("/late");
    }

    @Test
    void anUndecodableJobIsKeptAndTheNextIsDone() throws Exception {
        byte[] garbage = "not a job".getBytes(StandardCharsets.UTF_8);
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var _ = producer.send(new ProducerRecord<>(Topics.SCAN_JOBS.name(), garbage)).get();
        }
        publish(job("next", pages.address("/"), 60_000), new RequestId("request-next"));
        awaitAttempt("next");
        await().untilAsserted(() -> assertThat(unreadable.values()).containsExactly(garbage));
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    private static ConsumerRecord<String, ScanAttempt> awaitAttempt(String scanId) {
        return await().until(() -> find(scanId), Optional::isPresent).orElseThrow();
    }

    private static Optional<ConsumerRecord<String, ScanAttempt>> find(String scanId) {
        List<ConsumerRecord<String, ScanAttempt>> all = attempts.received();
        return all.stream().filter(record -> record.value().getScanId().equals(scanId)).findFirst();
    }

    private static void publish(ScanJob job, RequestId id) {
        publisher.publish(Topics.SCAN_JOBS, null, job, id);
    }

    private static ScanJob job(String scanId, String url, long deadlineMillis) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return ScanJob.newBuilder()
                .setRequest(
                        ScanRequest.newBuilder()
                                .setScanId(scanId)
                                .setRequestId("from-the-body")
                                .setUrl(url)
                                .setHost("127.0.0.1")
                                .setOptions(ScanOptions.newBuilder().build())
                                .setSubmittedAt(now)
                                .build())
                .setAttempt(3)
                .setDispatchedAt(now)
                .setDeadline(now.plusMillis(deadlineMillis))
                .build();
    }
}
