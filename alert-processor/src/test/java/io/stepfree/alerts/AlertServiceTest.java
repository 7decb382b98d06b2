package io.stepfree.alerts;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okForContentType;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.standardwebhooks.Webhook;
import io.stepfree.alerts.channel.AlertDelivery;
import io.stepfree.alerts.email.PostOffice;
import io.stepfree.platform.boot.ServiceApplication;
import io.stepfree.platform.fixture.ServiceArguments;
import io.stepfree.platform.fixture.TestKafka;
import io.stepfree.platform.fixture.TestRegistry;
import io.stepfree.platform.fixture.TopicProbe;
import io.stepfree.platform.health.HealthBoard;
import io.stepfree.platform.kafka.RecordPublisher;
import io.stepfree.platform.request.RequestId;
import io.stepfree.platform.streams.StreamsRunner;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.HealthState;
import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.ops.OperatorCommandKind;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One incident from its first failure to its end, across a restart; each test goes on where the
 * last one ended.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertServiceTest {

    private static final String HOOK = "/services/T000/B000/secret";
    private static final String EVENTS = "/v2/enqueue";
    private static final String RECEIVER = "/ops/receiver";
    private static final String ROUTING_KEY = "0123456789abcdef0123456789abcdef";
    private static final String SIGNING_SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final WireMockServer slack =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());

    private static PostOffice office;
    private static TestKafka kafka;
    private static String[] arguments;
    private static ConfigurableApplicationContext service;

    @BeforeAll
    static void start() throws Exception {
        slack.start();
        office = PostOffice.open();
        kafka = TestKafka.start();
        arguments =
                ServiceArguments.of(
                        kafka,
                        TestRegistry.shared(),
                        "--stepfree.alerts.metrics.error-rate.window=20s",
                        "--stepfree.alerts.slack.webhook=" + slack.baseUrl() + HOOK,
                        "--stepfree.alerts.pager-duty.routing-key=" + ROUTING_KEY,
                        "--stepfree.alerts.pager-duty.address=" + slack.baseUrl() + EVENTS,
                        "--stepfree.alerts.webhook.address=" + slack.baseUrl() + RECEIVER,
                        "--stepfree.alerts.webhook.secret=" + SIGNING_SECRET,
                        "--stepfree.alerts.email.host=127.0.0.1",
                        "--stepfree.alerts.email.port=" + office.port(),
                        "--stepfree.alerts.email.from=stepfree@shop.example",
                        "--stepfree.alerts.email.to=ada@shop.example, bea@shop.example",
                        "--stepfree.alerts.email.starttls=false");
        slack.stubFor(
                post(urlEqualTo(EVENTS))
                        .willReturn(
                                aResponse().withStatus(202).withBody("{\"status\":\"success\"}")));
        slack.stubFor(post(urlEqualTo(RECEIVER)).willReturn(aResponse().withStatus(204)));
        service = startService(arguments);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        kafka.close();
        slack.stop();
        office.close();
    }

    @Test
    @Order(1)
    void slackIsToldWhenTheThresholdIsCrossed() throws Exception {
        slack.stubFor(post(urlEqualTo(HOOK)).willReturn(okForContentType("text/plain", "ok")));
        for (int i = 1; i <= 10; i++) {
            fail(i);
        }

        JsonNode message = awaitMessages(1).getFirst();
        JsonNode attachment = message.at("/attachments/0");
        assertThat(attachment.at("/color").asString()).isEqualTo("#c4221f");
        assertThat(attachment.at("/blocks/0/type").asString()).isEqualTo("header");
        assertThat(attachment.at("/blocks/0/text/type").asString()).isEqualTo("plain_text");
        assertThat(attachment.at("/blocks/0/text/text").asString())
                .isEqualTo("FIRED: scans-failing (error)");
        assertThat(attachment.at("/blocks/1/text/text").asString())
                .isEqualTo(
                        "100 % of the attempts at scans failed in the last 20 s (threshold 50 %). They happen everywhere: on 10 of 10 hosts.");
        assertThat(attachment.at("/blocks/2/fields/4/text").asString()).isEqualTo("*Samples*\n10");
        assertThat(attachment.at("/blocks/3/text/text").asString())
                .isEqualTo("*Failures by type*\n`timeout` 10");
        assertThat(attachment.at("/blocks").toString())
                .contains("*Some of the requests*\\n`req-", "*Hosts*", "*What to do*");
        assertThat(message.at("/text").asString()).startsWith("FIRED: scans-failing (error): ");
    }

    @Test
    @Order(2)
    void aRestartNeitherRepeatsNorForgetsTheIncident() throws Exception {
        service.close();
        // The first answer is a limit that Slack wants kept: the end of the incident is told all
        // the same.
        slack.stubFor(
                post(urlEqualTo(HOOK))
                        .inScenario("limit")
                        .whenScenarioStateIs(Scenario.STARTED)
                        .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "3"))
                        .willSetStateTo("again"));
        slack.stubFor(
                post(urlEqualTo(HOOK))
                        .inScenario("limit")
                        .whenScenarioStateIs("again")
                        .willReturn(okForContentType("text/plain", "ok")));
        service = startService(arguments);
        fail(11);

        List<JsonNode> messages = awaitMessages(3);
        assertThat(messages.subList(1, 3))
                .allSatisfy(message -> {
                    assertThat(message.at("/attachments/0/color").asString()).isEqualTo("#2e7d32");
                    assertThat(message.at("/attachments/0/blocks/0/text/text").asString())
                            .isEqualTo("RESOLVED: scans-failing (error)");
                });
        assertThat(Duration.between(toldAt().get(1), toldAt().get(2)))
                .isGreaterThanOrEqualTo(Duration.ofMillis(2900));
        try (var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_ALERTS)) {
            var alerts = new ArrayList<Alert>();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> {
                        alerts.clear();
                        alerts.addAll(probe.values());
                        assertThat(alerts)
                                .extracting(Alert::getState)
                                .containsExactly(AlertState.FIRED, AlertState.RESOLVED);
                    });
            assertThat(alerts.getLast().getSince()).isEqualTo(alerts.getFirst().getAt());
            assertThat(probe.received())
                    .allSatisfy(record -> assertThat(record.key()).isEqualTo("scans-failing"));
        }
    }

    @Test
    @Order(3)
    void pagerDutyAndTheWebhookWereToldOfBothEndsOfTheIncident() throws Exception {
        await().atMost(PATIENCE).until(() -> calls(EVENTS).size() >= 2);
        List<JsonNode> events = bodies(EVENTS);
        assertThat(events)
                .extracting(event -> event.at("/event_action").asString())
                .containsExactly("trigger", "resolve");
        assertThat(events)
                .allSatisfy(event -> {
                    assertThat(event.at("/routing_key").asString()).isEqualTo(ROUTING_KEY);
                    assertThat(event.at("/dedup_key").asString())
                            .isEqualTo("stepfree/scans-failing");
                });

        await().atMost(PATIENCE).until(() -> calls(RECEIVER).size() >= 2);
        // While Slack wanted to wait, the others heard of the end all the same.
        Date heardBySlack = calls(HOOK).getLast().getLoggedDate();
        assertThat(calls(EVENTS).get(1).getLoggedDate()).isBefore(heardBySlack);
        assertThat(calls(RECEIVER).get(1).getLoggedDate()).isBefore(heardBySlack);
        assertThat(bodies(RECEIVER))
                .extracting(body -> body.at("/type").asString())
                .containsExactly("alert.fired", "alert.resolved");
        for (LoggedRequest call : calls(RECEIVER)) {
            var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
            call.getHeaders().all().forEach(header -> headers.put(header.key(), header.values()));
            new Webhook(SIGNING_SECRET).verify(call.getBodyAsString(), headers);
        }
    }

    @Test
    @Order(4)
    void bothEndsOfTheIncidentAreOneThreadInTheMailbox() throws Exception {
        await().atMost(PATIENCE).until(() -> office.letters().size() >= 2);
        assertThat(office.letters())
                .satisfiesExactly(
                        fired -> {
                            assertThat(fired.to())
                                    .containsExactly("ada@shop.example", "bea@shop.example");
                            assertThat(fired.text()).startsWith("FIRED: scans-failing (error)\n");
                        },
                        ended -> {
                            assertThat(ended.text())
                                    .startsWith("RESOLVED: scans-failing (error)\n");
                            assertThat(ended.header("References"))
                                    .isEqualTo(office.letters().getFirst().header("Message-ID"));
                        });
    }

    @Test
    @Order(5)
    void aReceiverThatRefusesIsToldByTheOthersAndInOurHealth() throws Exception {
        slack.stubFor(
                post(urlEqualTo(HOOK))
                        .willReturn(aResponse().withStatus(404).withBody("no_service")));
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        service.getBean(RecordPublisher.class)
                .publish(
                        Topics.OPS_COMMANDS,
                        "alert-processor",
                        OperatorCommand.newBuilder()
                                .setCommandId("order-1")
                                .setRequestId("req-1")
                                .setKind(OperatorCommandKind.TEST_ALERT)
                                .setOrderedBy("ada")
                                .setReason("does it ring?")
                                .setOrderedAt(now)
                                .build(),
                        new RequestId("req-1"));

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(service.getBean(HealthBoard.class).all())
                                .filteredOn(health -> health.name().equals("receivers"))
                                .singleElement()
                                .satisfies(health -> {
                                    assertThat(health.finding().state())
                                            .isEqualTo(HealthState.DEGRADED);
                                    assertThat(health.finding().detail())
                                            .startsWith("slack answered 404 no_service at ")
                                            .endsWith("; see stepfree.alerts.slack.webhook.");
                                }));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(office.letters())
                                .anySatisfy(letter ->
                                        assertThat(letter.text())
                                                .startsWith("FIRED: alerts-undelivered (error)\n")
                                                .contains("slack refused")));
    }

    @Test
    @Order(6)
    void itsRefusalIsInOurSignalFromWhereTheDoctorHearsOfIt() {
        try (var probe = TopicProbe.of(kafka, TestRegistry.shared(), Topics.OPS_SIGNALS)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(probe.values().getLast().getComponents())
                                    .filteredOn(
                                            component -> component.getName().equals("receivers"))
                                    .singleElement()
                                    .satisfies(receivers -> {
                                        assertThat(receivers.getState())
                                                .isEqualTo(HealthState.DEGRADED);
                                        assertThat(receivers.getDetail())
                                                .startsWith("slack answered 404 no_service at ")
                                                .endsWith("; see stepfree.alerts.slack.webhook.");
                                    }));
        }
    }

    @Test
    @Order(7)
    void withoutAnAddressNobodyListens() {
        service.close();
        service =
                startService(
                        Arrays.stream(arguments)
                                .filter(argument ->
                                        !argument.matches(
                                                "--stepfree.alerts.(slack|pager-duty|webhook|email).*"))
                                .toArray(String[]::new));

        assertThat(service.getBean(AlertDelivery.class).receivers()).isEmpty();
    }

    private static ConfigurableApplicationContext startService(String... arguments) {
        var started = ServiceApplication.run("alert-processor", AlertApplication.class, arguments);
        await().atMost(PATIENCE).until(started.getBean(StreamsRunner.class)::processing);
        return started;
    }

    private static void fail(int number) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        service.getBean(RecordPublisher.class)
                .publish(
                        Topics.SCAN_ATTEMPTS,
                        "host-" + number + ".example",
                        ScanAttempt.newBuilder()
                                .setScanId("scan-" + number)
                                .setRequestId("req-" + number)
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
                        new RequestId("req-" + number));
    }

    private static List<JsonNode> awaitMessages(int count) {
        await().atMost(PATIENCE).until(() -> calls(HOOK).size() >= count);
        return bodies(HOOK);
    }

    private static List<JsonNode> bodies(String path) {
        return calls(path).stream()
                .map(call -> JsonMapper.shared().readTree(call.getBodyAsString()))
                .toList();
    }

    private static List<Instant> toldAt() {
        return calls(HOOK).stream().map(call -> call.getLoggedDate().toInstant()).toList();
    }

    private static List<LoggedRequest> calls(String path) {
        return slack.getAllServeEvents().stream()
                .map(event -> event.getRequest())
                .filter(call -> call.getUrl().equals(path))
                .sorted(Comparator.comparing(LoggedRequest::getLoggedDate))
                .toList();
    }
}
