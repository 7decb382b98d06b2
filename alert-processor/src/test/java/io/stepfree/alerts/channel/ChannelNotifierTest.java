package io.stepfree.alerts.channel;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.http.Fault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepfree.platform.breaker.BreakerProperties;
import io.stepfree.platform.breaker.BreakerStatus;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.fixture.HandClock;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import io.stepfree.schemas.ops.Severity;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

class ChannelNotifierTest {

    private static final String SECRET = "/services/T000/B000/secret";
    private static final Alert ALERT = alert("error-rate");
    private static final ConsumerRecord<byte[], byte[]> RECORD =
            new ConsumerRecord<>("ops.alerts", 0, 0, new byte[0], new byte[0]);

    private final WireMockServer receiver =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final HandClock clock = new HandClock(Instant.parse("2026-11-22T09:00:00Z"));
    private final Breakers breakers =
            new Breakers(
                    new BreakerProperties(true, 5, Duration.ofSeconds(30), 2, Map.of()),
                    meters,
                    clock);
    private PostReceiver way;
    private ChannelNotifier notifier;

    @BeforeEach
    void open() {
        receiver.start();
        way = new PostReceiver(new Shouting(URI.create(receiver.baseUrl() + SECRET)), clock);
        notifier = new ChannelNotifier(way, breakers, meters, clock);
    }

    @AfterEach
    void close() {
        way.close();
        receiver.stop();
    }

    @Test
    void anAlertIsPostedAsJson() throws Exception {
        answer(200, "ok");
        notifier.handle(ALERT, RECORD);

        receiver.verify(
                1,
                postRequestedFor(urlEqualTo(SECRET))
                        .withHeader("Content-Type", equalTo("application/json"))
                        .withHeader("x-loudness", equalTo("11"))
                        .withRequestBody(equalTo("{\"key\": \"error-rate\"}")));
        assertThat(undelivered()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void whileTheReceiverIsNotWellTheAlertIsToComeAgain(int status) {
        answer(status, "rollup_error");

        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessage("loud answered " + status);
        assertThat(undelivered()).isZero();
    }

    @Test
    void whenTheReceiverDoesNotAnswerTheAlertIsToComeAgainAndTheAddressStaysSecret() {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessageStartingWith("loud does not answer: ")
                .hasNoCause()
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
    }

    @Test
    void itIsNotAskedAgainBeforeTheMomentItNamed() throws Exception {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "30")));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("loud answered 429");
        answer(200, "ok");

        clock.pass(Duration.ofSeconds(29));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .hasMessageStartingWith("loud asked to wait until ");
        receiver.verify(1, postRequestedFor(urlEqualTo(SECRET)));

        clock.pass(Duration.ofSeconds(1));
        notifier.handle(ALERT, RECORD);
        receiver.verify(2, postRequestedFor(urlEqualTo(SECRET)));
    }

    @Test
    void theMomentMayBeNamedAsADate() {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(
                                aResponse()
                                        .withStatus(503)
                                        .withHeader(
                                                "Retry-After", "Sun, 22 Nov 2026 09:00:30 GMT")));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("loud answered 503");

        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .hasMessage("loud asked to wait until 2026-11-22T09:00:30Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "99999999999999999999", "-5"})
    void aMomentThatCannotBeReadIsNoReasonToStop(String retryAfter) throws Exception {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(
                                aResponse().withStatus(429).withHeader("Retry-After", retryAfter)));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("loud answered 429");
        answer(200, "ok");

        notifier.handle(ALERT, RECORD);
    }

    @Test
    void itIsAskedAgainAfterAnHourHoweverLongItWantedUsToWait() throws Exception {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(
                                aResponse().withStatus(429).withHeader("Retry-After", "864000")));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("loud answered 429");
        answer(200, "ok");

        clock.pass(Duration.ofHours(1));
        notifier.handle(ALERT, RECORD);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 403, 404, 410})
    void whatTheReceiverRefusesForGoodIsCountedAndLeftOut(int status) throws Exception {
        answer(status, "no_service");
        notifier.handle(ALERT, RECORD);

        receiver.verify(1, postRequestedFor(urlEqualTo(SECRET)));
        assertThat(undelivered()).isEqualTo(1);
    }

    @Test
    void afterFiveFailuresInARowItIsLeftAloneForAWhile() throws Exception {
        answer(503, "down");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                    .hasMessage("loud answered 503");
        }
        answer(200, "ok");

        clock.pass(Duration.ofSeconds(29));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .isInstanceOf(ChannelUnavailableException.class)
                .hasMessage("loud is left alone for 1 s more");
        receiver.verify(5, postRequestedFor(urlEqualTo(SECRET)));
        assertThat(state()).isEqualTo(BreakerStatus.State.OPEN);

        clock.pass(Duration.ofSeconds(2));
        notifier.handle(ALERT, RECORD);
        notifier.handle(ALERT, RECORD);
        receiver.verify(7, postRequestedFor(urlEqualTo(SECRET)));
        assertThat(state()).isEqualTo(BreakerStatus.State.CLOSED);
    }

    @Test
    void oneThatHangsUpOpensItsBreakerToo() {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                    .hasMessageStartingWith("loud does not answer: ");
        }

        assertThat(state()).isEqualTo(BreakerStatus.State.OPEN);
    }

    @Test
    void aRefusalIsAnAnswerAndNoOutage() throws Exception {
        answer(400, "invalid_blocks");
        for (int i = 0; i < 20; i++) {
            notifier.handle(ALERT, RECORD);
        }

        receiver.verify(20, postRequestedFor(urlEqualTo(SECRET)));
        assertThat(breakers.find("loud").orElseThrow().status())
                .isEqualTo(new BreakerStatus("loud", BreakerStatus.State.CLOSED, 0, 0));
    }

    @Test
    void whatIsNotForThisReceiverDoesNotWaitForIt() throws Exception {
        answer(503, "down");
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).isInstanceOf(Exception.class);
        }

        notifier.handle(alert("quiet"), RECORD);
        receiver.verify(5, postRequestedFor(urlEqualTo(SECRET)));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anOutageIsToldOnceAndItsEndOnce(CapturedOutput log) throws Exception {
        receiver.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "30")));
        for (int i = 0; i < 60; i++) {
            assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                    .isInstanceOf(ChannelUnavailableException.class);
            clock.pass(Duration.ofSeconds(10));
        }
        answer(200, "ok");
        notifier.handle(ALERT, RECORD);
        notifier.handle(ALERT, RECORD);

        assertThat(log.getOut().lines().filter(line -> line.contains("WARN")))
                .satisfiesExactly(
                        begun ->
                                assertThat(begun)
                                        .contains(
                                                "loud answered 429 and asked to wait until 2026-11-22T09:00:30Z; alerts wait until it takes them again"),
                        opened -> assertThat(opened).contains("the breaker 'loud' is open"));
        assertThat(log.getOut().lines().filter(line -> line.contains("again, after")))
                .singleElement()
                .asString()
                .endsWith("loud answers again, after 600 s");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void ofWhatIsAnsweredOnlyKnownWordsAreLogged(CapturedOutput log) throws Exception {
        for (String unknown :
                List.of("Cannot POST " + SECRET, "no_ears " + SECRET, "no_ears\r\nforged line")) {
            answer(404, unknown);
            notifier.handle(ALERT, RECORD);
        }
        assertThat(log)
                .contains("loud answered 404;")
                .doesNotContain(SECRET)
                .doesNotContain("forged line")
                .doesNotContain("no_ears");

        answer(404, "no_ears\n");
        notifier.handle(ALERT, RECORD);
        assertThat(log).contains("loud answered 404 no_ears; see stepfree.alerts.loud");
    }

    @Test
    void aRefusalIsKnownUntilAnAlertIsTaken() throws Exception {
        assertThat(notifier.refusal()).isEmpty();
        answer(410, "no_ears");
        notifier.handle(ALERT, RECORD);
        assertThat(notifier.refusal())
                .contains(
                        "loud answered 410 no_ears at 2026-11-22T09:00:00Z; see stepfree.alerts.loud.");
        notifier.handle(alert("quiet"), RECORD);
        assertThat(notifier.refusal()).as("that one was not told of").isPresent();

        answer(200, "ok");
        notifier.handle(ALERT, RECORD);
        assertThat(notifier.refusal()).isEmpty();
        assertThat(notifier.undelivered()).isEqualTo(1);
    }

    @Test
    void anAlertThatIsNotForThisReceiverMakesNoCall() throws Exception {
        notifier.handle(alert("quiet"), RECORD);

        receiver.verify(0, postRequestedFor(urlEqualTo(SECRET)));
        assertThat(undelivered()).isZero();
    }

    private void answer(int status, String body) {
        receiver.stubFor(
                post(urlEqualTo(SECRET)).willReturn(aResponse().withStatus(status).withBody(body)));
    }

    private BreakerStatus.State state() {
        return breakers.find("loud").orElseThrow().status().state();
    }

    private double undelivered() {
        return OwnMeter.ALERTS_UNDELIVERED.counter(meters, "receiver", "loud").count();
    }

    static Alert alert(String key) {
        return Alert.newBuilder()
                .setKey(key)
                .setState(AlertState.FIRED)
                .setSeverity(Severity.ERROR)
                .setAt(Instant.parse("2026-11-22T09:01:00Z"))
                .setSince(Instant.parse("2026-11-22T09:00:00Z"))
                .setSummary("summary")
                .setValue(0.5)
                .setThreshold(0.25)
                .setWindowMillis(60_000)
                .setSamples(10)
                .setFailuresByType(Map.of())
                .setSampleRequestIds(List.of())
                .build();
    }

    /** A receiver that is told of everything but what is quiet. */
    private record Shouting(URI address) implements Channel {

        @Override
        public String name() {
            return "loud";
        }

        @Override
        public String setting() {
            return "stepfree.alerts.loud";
        }

        @Override
        public Set<String> answersToShow() {
            return Set.of("no_ears");
        }

        @Override
        public Optional<Message> message(Alert alert) {
            return alert.getKey().equals("quiet")
                    ? Optional.empty()
                    : Optional.of(
                            new Message(
                                    address,
                                    Map.of("x-loudness", "11"),
                                    "{\"key\": \"%s\"}".formatted(alert.getKey())));
        }
    }
}
