package io.stepfree.alerts;

import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.streams.StreamsRunner;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The time that is promised from a threshold that is crossed to the message in Slack. It counts
 * from the moment at which the broker has acknowledged the attempt that crosses the threshold,
 * until Slack has the whole request. Before that the service has told of one incident: a JVM that
 * has just started compiles meanwhile, and that is not what is measured here.
 */
class AlertDeadlineTest {

    private static final Logger log = LoggerFactory.getLogger(AlertDeadlineTest.class);
    private static final Duration PROMISED = Duration.ofSeconds(2);
    private static final String HOOK = "/services/T000/B000/secret";
    private static final int MINIMUM = 10;

    private static final WireMockServer slack =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private static final Queue<Told> told = new ConcurrentLinkedQueue<>();

    private static TestKafka kafka;
    private static ConfigurableApplicationContext service;

    private record Told(long nanoTime, String body) {}

    @BeforeAll
    static void start() {
        slack.start();
        slack.stubFor(post(urlEqualTo(HOOK)).willReturn(okForContentType("text/plain", "ok")));
        slack.addMockServiceRequestListener((request, response) ->
                told.add(new Told(System.nanoTime(), request.getBodyAsString())));
        kafka = TestKafka.start();
        service =
                ServiceApplication.run(
                        "alert-processor",
                        AlertApplication.class,
                        ServiceArguments.of(
                                kafka,
                                TestRegistry.shared(),
                                "--stepfree.alerts.metrics.error-rate.window=10s",
                                "--stepfree.alerts.metrics.error-rate.cooldown=0s",
                                "--stepfree.alerts.metrics.error-rate.minimum=" + MINIMUM,
                                // They have longer windows, and would keep the incident open.
                                "--stepfree.alerts.metrics.failures-of-type.enabled=false",
                                "--stepfree.alerts.metrics.host-error-rate.enabled=false",
                                "--stepfree.alerts.metrics.own-failures.enabled=false",
                                "--stepfree.alerts.slack.webhook=" + slack.baseUrl() + HOOK));
        await().until(service.getBean(StreamsRunner.class)::processing);
        log.info("the first incident: {} ms", incident().toMillis());
    }

    @AfterAll
    static void stop() {
        service.close();
        kafka.close();
        slack.stop();
    }

    @RepeatedTest(3)
    void slackIsToldWithinTwoSecondsOfTheThreshold() {
        Duration took = incident();

        log.info("another incident: {} ms", took.toMillis());
        assertThat(took).as("from the threshold to Slack").isLessThanOrEqualTo(PROMISED);
    }

    /** Lets an incident begin and end, and says how long it took until its beginning was told. */
    private static Duration incident() {
        told.clear();
        for (int i = 0; i < MINIMUM - 1; i++) {
            fail();
        }
        fail();
        long acknowledged = System.nanoTime();

        await().until(() -> told.size() == 2);
        List<Told> both = List.copyOf(told);
        assertThat(both.getFirst().body()).contains("FIRED: scans-failing");
        assertThat(both.getLast().body()).contains("RESOLVED: scans-failing");
        return Duration.ofNanos(both.getFirst().nanoTime() - acknowledged);
    }

    /** Returns once the broker has acknowledged it. */
    private static void fail() {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        RequestId id = RequestId.create();
        service.getBean(RecordPublisher.class)
                .publish(
                        Topics.SCAN_ATTEMPTS,
                        "shop.example",
                        ScanAttempt.newBuilder()
                                .setScanId(id.value())
                                .setRequestId(id.value())
                                .setAttempt(1)
                                .setWorker("worker")
                                .setStartedAt(now)
                                .setEndedAt(now)
                                .setFailure(
                                        Failure.newBuilder()
                                                .setType(FailureType.TIMEOUT)
                                                .setMessage("too slow")
                                                .build())
                                .build(),
                        id);
    }
}
