package io.stepfree.alerts.channel;

import io.stepfree.schemas.ops.Alert;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * A receiver that is told by POST. It is not well when it does not answer within five seconds, or
 * with 408, 429 or 5xx; any other answer but 2xx is a refusal.
 *
 * <p>Its address is a secret: it is in no message, log line, metric or trace.
 */
public final class PostReceiver implements Receiver {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);

    private record Answer(int status, @Nullable String retryAfter, String body) {}

    private final Channel channel;
    private final InstantSource clock;
    private final HttpClient http;
    private final RestClient rest;

    public PostReceiver(Channel channel, InstantSource clock) {
        this.channel = channel;
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
    }

    @Override
    public String name() {
        return channel.name();
    }

    @Override
    public String setting() {
        return channel.setting();
    }

    @Override
    public Optional<Call> call(Alert alert) {
        return channel.message(alert).map(message -> () -> send(message));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private Optional<String> send(Message message) throws ChannelUnavailableException {
        Answer answer = post(message);
        int status = answer.status();
        if (status >= 500 || status == 429 || status == 408) {
            throw new ChannelUnavailableException(
                    "%s answered %d".formatted(name(), status),
                    RetryAfter.moment(answer.retryAfter(), clock.instant()));
        }
        if (HttpStatusCode.valueOf(status).is2xxSuccessful()) {
            return Optional.empty();
        }
        String word = answer.body().strip();
        return Optional.of(
                "answered %d%s"
                        .formatted(
                                status, channel.answersToShow().contains(word) ? " " + word : ""));
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
                    "%s does not answer: %s".formatted(name(), e.getMostSpecificCause()));
        }
    }
}
