package io.stepfree.alerts.slack;

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
import io.stepfree.schemas.ops.Alert;
import io.stepfree.schemas.ops.AlertState;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SlackNotifierTest {

    private static final String SECRET = "/services/T000/B000/secret";
    private static final Alert ALERT = SlackMessageTest.alert(AlertState.FIRED, "summary");
    private static final ConsumerRecord<byte[], byte[]> RECORD =
            new ConsumerRecord<>("ops.alerts", 0, 0, new byte[0], new byte[0]);

    private final WireMockServer slack =
            new WireMockServer(WireMockConfiguration.options().dynamicPort());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SettableClock clock = new SettableClock();
    private SlackNotifier notifier;

    @BeforeEach
    void open() {
        slack.start();
        notifier =
                new SlackNotifier(
                        URI.create(slack.baseUrl() + SECRET), JsonMapper.shared(), meters, clock);
    }

    @AfterEach
    void close() {
        notifier.close();
        slack.stop();
    }

    @Test
    void anAlertIsPostedAsJson() throws Exception {
        answer(200, "ok");
        notifier.handle(ALERT, RECORD);

        slack.verify(
                1,
                postRequestedFor(urlEqualTo(SECRET))
                        .withHeader("Content-Type", equalTo("application/json")));
        assertThat(undelivered()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503})
    void whileSlackIsNotWellTheAlertIsToComeAgain(int status) {
        answer(status, "rollup_error");

        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .isInstanceOf(SlackUnavailableException.class)
                .hasMessage("Slack answered " + status);
        assertThat(undelivered()).isZero();
    }

    @Test
    void whenSlackDoesNotAnswerTheAlertIsToComeAgainAndTheAddressStaysSecret() {
        slack.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .isInstanceOf(SlackUnavailableException.class)
                .hasMessageStartingWith("Slack does not answer: ")
                .hasNoCause()
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret"));
    }

    @Test
    void slackIsNotAskedAgainBeforeTheMomentItNamed() throws Exception {
        slack.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "30")));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("Slack answered 429");
        answer(200, "ok");

        clock.advance(Duration.ofSeconds(29));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .hasMessageStartingWith("Slack asked to wait until ");
        slack.verify(1, postRequestedFor(urlEqualTo(SECRET)));

        clock.advance(Duration.ofSeconds(1));
        notifier.handle(ALERT, RECORD);
        slack.verify(2, postRequestedFor(urlEqualTo(SECRET)));
    }

    @Test
    void theMomentMayBeNamedAsADate() {
        slack.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(
                                aResponse()
                                        .withStatus(503)
                                        .withHeader(
                                                "Retry-After", "Sun, 22 Nov 2026 09:00:30 GMT")));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("Slack answered 503");

        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD))
                .hasMessage("Slack asked to wait until 2026-11-22T09:00:30Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "99999999999999999999", "-5"})
    void aMomentThatCannotBeReadIsNoReasonToStop(String retryAfter) throws Exception {
        slack.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(
                                aResponse().withStatus(429).withHeader("Retry-After", retryAfter)));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("Slack answered 429");
        answer(200, "ok");

        notifier.handle(ALERT, RECORD);
    }

    @Test
    void slackIsAskedAgainAfterAnHourHoweverLongItWantedUsToWait() throws Exception {
        slack.stubFor(
                post(urlEqualTo(SECRET))
                        .willReturn(
                                aResponse().withStatus(429).withHeader("Retry-After", "864000")));
        assertThatThrownBy(() -> notifier.handle(ALERT, RECORD)).hasMessage("Slack answered 429");
        answer(200, "ok");

        clock.advance(Duration.ofHours(1));
        notifier.handle(ALERT, RECORD);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 403, 404, 410})
    void whatSlackRefusesForGoodIsCountedAndLeftOut(int status) throws Exception {
        answer(status, "no_service");
        notifier.handle(ALERT, RECORD);

        slack.verify(1, postRequestedFor(urlEqualTo(SECRET)));
        assertThat(undelivered()).isEqualTo(1);
    }

    private void answer(int status, String body) {
        slack.stubFor(
                post(urlEqualTo(SECRET)).willReturn(aResponse().withStatus(status).withBody(body)));
    }

    private double undelivered() {
        return meters.counter(SlackNotifier.UNDELIVERED, "receiver", "slack").count();
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-11-22T09:00:00Z");

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
