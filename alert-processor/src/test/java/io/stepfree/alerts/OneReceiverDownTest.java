package io.stepfree.alerts;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.BreakerStatus;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.kafka.TopicListeners;
import io.stepfree.platform.request.RequestId;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import io.stepfree.schemas.topic.Topics;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Slack is down for longer than its breaker bears, and another receiver is well. */
class OneReceiverDownTest {

    private static final String HOOK = "/services/T000/B000/secret";
    private static final String RECEIVER = "/ops/receiver";
    private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    private final WireMockServer receivers =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private TestKafka kafka;
    private ConfigurableApplicationContext service;

    @BeforeEach
    void start() {
        receivers.start();
        kafka = TestKafka.start();
        service =
                ServiceApplication.run(
                        "alert-processor",
                        AlertApplication.class,
                        ServiceArguments.of(
                                kafka,
                                TestRegistry.shared(),
                                "--stepfree.breakers.of.slack.failures=2",
                                // For ever, as far as this test goes: it is closed by hand.
                                "--stepfree.breakers.of.slack.open=1h",
                                "--stepfree.alerts.slack.webhook=" + receivers.baseUrl() + HOOK,
                                "--stepfree.alerts.webhook.address="
                                        + receivers.baseUrl()
                                        + RECEIVER,
                                "--stepfree.alerts.webhook.secret=" + SECRET));
    }

    @AfterEach
    void stop() {
        service.close();
        kafka.close();
        receivers.stop();
    }

    @Test
    void nothingIsSentToItNothingIsLostAndTheOthersDoNotWait() {
        receivers.stubFor(post(urlEqualTo(RECEIVER)).willReturn(aResponse().withStatus(204)));
        receivers.stubFor(post(urlEqualTo(HOOK)).willReturn(aResponse().withStatus(503)));
        Breaker slack = service.getBean(Breakers.class).find("slack").orElseThrow();

        publish(AlertState.FIRED);
        await().until(() -> slack.status().state() == BreakerStatus.State.OPEN);
        publish(AlertState.RESOLVED);
        await().until(() -> bodies(RECEIVER).size() == 2);
        // That alert has come again and again since, and was kept.
        double before = cameAgain();
        await().until(() -> cameAgain() >= before + 2);
        assertThat(bodies(HOOK)).as("sent to Slack before its breaker opened").hasSize(2);

        receivers.resetRequests();
        receivers.stubFor(post(urlEqualTo(HOOK)).willReturn(okForContentType("text/plain", "ok")));
        slack.reset();
        await().until(() -> bodies(HOOK).size() >= 2);
        assertThat(bodies(HOOK))
                .satisfiesExactly(
                        fired -> assertThat(fired).contains("FIRED: scans-failing"),
                        ended -> assertThat(ended).contains("RESOLVED: scans-failing"));
        assertThat(bodies(RECEIVER)).as("told again of what it knew").isEmpty();
        assertThat(slack.status().state()).isEqualTo(BreakerStatus.State.CLOSED);
    }

    private void publish(AlertState state) {
        Alert alert = SampleAlert.of(state, Severity.ERROR, "It is only a test.");
        service.getBean(RecordPublisher.class)
                .publish(Topics.OPS_ALERTS, alert.getKey(), alert, RequestId.create());
    }

    private double cameAgain() {
        return service.getBean(MeterRegistry.class)
                .counter(TopicListeners.FAILURES, "group", "alert-processor-slack")
                .count();
    }

    private List<String> bodies(String path) {
        return receivers.getAllServeEvents().reversed().stream()
                .map(event -> event.getRequest())
                .filter(call -> call.getUrl().equals(path))
                .map(call -> call.getBodyAsString())
                .toList();
    }
}
