package io.stepfree.alerts.slack;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.schemas.ops.Alert;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends each alert to a Slack channel through an incoming webhook.
 *
 * <p>While Slack is not well (no answer, 408, 429, 5xx) the same alert comes again for as long as
 * it takes, and not before the moment named in {@code Retry-After} (RFC 9110, 10.2.3), at most an
 * hour away. What Slack refuses for good is logged once, counted as {@value #UNDELIVERED} and left
 * out, so that one bad alert does not hold back the next. An alert may be shown twice: Slack has no
 * way to tell a repeated message.
 *
 * <p>The webhook's address is a secret: it is in no message, log line, metric or trace.
 */
public final class SlackNotifier implements RecordHandler<Alert>, AutoCloseable {

    /** Counts the alerts that Slack has refused for good. */
    public static final String UNDELIVERED = "stepfree.alerts.undelivered";

    private static final Logger log = LoggerFactory.getLogger(SlackNotifier.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private record Answer(int status, @Nullable String retryAfter, String body) {}

    private final URI webhook;
    private final Clock clock;
    private final SlackMessage message;
    private final HttpClient http;
    private final RestClient rest;
    private final Counter undelivered;
    private Instant notBefore = Instant.MIN;

    public SlackNotifier(URI webhook, JsonMapper json, MeterRegistry meters, Clock clock) {
        this.webhook = webhook;
        this.clock = clock;
        this.message = new SlackMessage(json);
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT_TIMEOUT)
                        .build();
        var requests = new JdkClientHttpRequestFactory(http);
        requests.setReadTimeout(READ_TIMEOUT);
        // A client of our own, because the application's is observed, and its traces would hold the
        // address.
        this.rest = RestClient.builder().requestFactory(requests).build();
        this.undelivered =
                Counter.builder(UNDELIVERED)
                        .description("Alerts that a receiver has refused for good")
                        .tag("receiver", "slack")
                        .register(meters);
    }

    @Override
    public void handle(Alert alert, ConsumerRecord<byte[], byte[]> record)
            throws SlackUnavailableException {
        if (clock.instant().isBefore(notBefore)) {
            throw new SlackUnavailableException("Slack asked to wait until " + notBefore);
        }
        Answer answer = post(message.of(alert));
        var status = HttpStatusCode.valueOf(answer.status());
        if (status.is2xxSuccessful()) {
            log.info("alert {} {} was sent to Slack", alert.getKey(), alert.getState());
        } else if (status.is5xxServerError() || answer.status() == 429 || answer.status() == 408) {
            notBefore = waitUntil(answer.retryAfter());
            throw new SlackUnavailableException("Slack answered " + answer.status());
        } else {
            undelivered.increment();
            log.error(
                    "alert {} {} is left out: Slack answered {} {}; see stepfree.alerts.slack.webhook",
                    alert.getKey(),
                    alert.getState(),
                    answer.status(),
                    answer.body());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private Answer post(String body) throws SlackUnavailableException {
        try {
            return rest.post()
                    .uri(webhook)
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(body.getBytes(StandardCharsets.UTF_8))
                    .exchangeForRequiredValue((request, response) ->
                            new Answer(
                                    response.getStatusCode().value(),
                                    response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER),
                                    new String(
                                            response.getBody().readNBytes(200),
                                            StandardCharsets.UTF_8)));
        } catch (ResourceAccessException e) {
            // Its message, but not its cause, holds the address.
            throw new SlackUnavailableException(
                    "Slack does not answer: " + e.getMostSpecificCause());
        }
    }

    private Instant waitUntil(@Nullable String retryAfter) {
        if (retryAfter == null) {
            return Instant.MIN;
        }
        Instant latest = clock.instant().plus(LONGEST_WAIT);
        try {
            Instant named =
                    retryAfter.chars().allMatch(Character::isDigit)
                            ? clock.instant().plusSeconds(Long.parseLong(retryAfter))
                            : ZonedDateTime.parse(retryAfter, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant();
            return named.isBefore(latest) ? named : latest;
        } catch (NumberFormatException | DateTimeException | ArithmeticException _) {
            // Unreadable: the listener's own back-off is wait enough.
            return Instant.MIN;
        }
    }
}
