package io.stepfree.alerts.channel;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.breaker.Breakers;
import io.stepfree.platform.kafka.RecordHandler;
import io.stepfree.platform.metric.OwnMeter;
import io.stepfree.schemas.ops.Alert;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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

/**
 * Tells one receiver of each alert.
 *
 * <p>While the receiver is not well (no answer, 408, 429, 5xx) the same alert comes again for as
 * long as it takes, and not before the moment named in {@code Retry-After}, at most an hour away.
 * After some failures in a row its breaker opens, and nothing is sent to it for a while. All of
 * that is logged once, and once more when it takes an alert again. What it refuses for good is
 * logged once, counted as {@link OwnMeter#ALERTS_UNDELIVERED} and left out, so that one bad alert does not hold
 * back the next. An alert may be told twice, since an answer can be lost.
 *
 * <p>A receiver's address is a secret: it is in no message, log line, metric or trace.
 */
final class ChannelNotifier implements RecordHandler<Alert>, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ChannelNotifier.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private record Answer(int status, @Nullable String retryAfter, String body) {}

    private final Channel channel;
    private final Breaker breaker;
    private final Clock clock;
    private final HttpClient http;
    private final RestClient rest;
    private final Counter undelivered;
    private Instant notBefore = Instant.MIN;
    private @Nullable Instant unwellSince;

    ChannelNotifier(Channel channel, Breakers breakers, MeterRegistry meters, Clock clock) {
        this.channel = channel;
        this.breaker =
                breakers.guard(channel.name(), ChannelUnavailableException.class::isInstance);
        this.clock = clock;
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
        this.undelivered = OwnMeter.ALERTS_UNDELIVERED.counter(meters, "receiver", channel.name());
    }

    @Override
    public void handle(Alert alert, ConsumerRecord<byte[], byte[]> record) throws Exception {
        Optional<Message> message = channel.message(alert);
        if (message.isPresent()) {
            tell(alert, message.get());
        }
    }

    private void tell(Alert alert, Message message) throws Exception {
        if (clock.instant().isBefore(notBefore)) {
            throw new ChannelUnavailableException(
                    "%s asked to wait until %s".formatted(channel.name(), notBefore));
        }
        Answer answer = answer(message);
        if (HttpStatusCode.valueOf(answer.status()).is2xxSuccessful()) {
            log.info("{} was told: alert {} {}", channel.name(), alert.getKey(), alert.getState());
        } else {
            undelivered.increment();
            log.error(
                    "alert {} {} is left out: {} answered {}{}; see {}",
                    alert.getKey(),
                    alert.getState(),
                    channel.name(),
                    answer.status(),
                    channel.answerMayBeShown() ? " " + oneLine(answer.body()) : "",
                    channel.setting());
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private Answer answer(Message message) throws Exception {
        try {
            Answer answer = breaker.call(() -> ask(message));
            well();
            return answer;
        } catch (BreakerOpenException e) {
            throw new ChannelUnavailableException(
                    "%s is left alone for %d s more"
                            .formatted(channel.name(), e.retryAfter().toSeconds()));
        } catch (ChannelUnavailableException e) {
            unwell(e);
            throw e;
        }
    }

    /** What it answers for good. */
    private Answer ask(Message message) throws ChannelUnavailableException {
        Answer answer = post(message);
        int status = answer.status();
        if (status >= 500 || status == 429 || status == 408) {
            notBefore = RetryAfter.moment(answer.retryAfter(), clock.instant());
            throw new ChannelUnavailableException(
                    "%s answered %d".formatted(channel.name(), status));
        }
        return answer;
    }

    private void unwell(ChannelUnavailableException e) {
        if (unwellSince == null) {
            unwellSince = clock.instant();
            log.warn(
                    "{}{}; alerts wait until it takes them again",
                    e.getMessage(),
                    notBefore.isAfter(clock.instant())
                            ? " and asked to wait until " + notBefore
                            : "");
        } else {
            log.debug("still: {}", e.getMessage());
        }
    }

    private void well() {
        if (unwellSince != null) {
            log.info(
                    "{} answers again, after {} s",
                    channel.name(),
                    Duration.between(unwellSince, clock.instant()).toSeconds());
            unwellSince = null;
        }
    }

    private static String oneLine(String body) {
        return body.replaceAll("\\p{Cntrl}", " ");
    }

    private Answer post(Message message) throws ChannelUnavailableException {
        try {
            return rest.post()
                    .uri(message.address())
                    .contentType(MediaType.APPLICATION_JSON)
                    .headers(headers -> message.headers().forEach(headers::set))
                    .body(message.json().getBytes(StandardCharsets.UTF_8))
                    .exchangeForRequiredValue((request, response) ->
                            new Answer(
                                    response.getStatusCode().value(),
                                    response.getHeaders().getFirst(HttpHeaders.RETRY_AFTER),
                                    new String(
                                            response.getBody().readNBytes(200),
                                            StandardCharsets.UTF_8)));
        } catch (ResourceAccessException e) {
            // Its message, but not its cause, holds the address.
            throw new ChannelUnavailableException(
                    "%s does not answer: %s".formatted(channel.name(), e.getMostSpecificCause()));
        }
    }
}
