package io.stepfree.processor.site;

import io.stepfree.processor.egress.Obstacle;
import io.stepfree.processor.egress.ScanEgress;
import io.stepfree.processor.robots.Robots;
import io.stepfree.processor.scan.TargetGuard;
import io.stepfree.schemas.scan.Failure;
import io.stepfree.schemas.scan.FailureType;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches one document through a scan's way out, so that each address is judged and connected to as
 * a page's is, those of redirects too. Bounded in size and in time, however slowly it drips. For
 * one thread.
 */
final class Download implements AutoCloseable {

    private static final int MOST_REDIRECTS = 5;

    private final ScanEgress way;
    private final int longest;
    private final long end;
    private final HttpClient client;

    /** What came. */
    static final class Fetched {

        private final String url;
        private final byte[] content;

        private Fetched(String url, byte[] content) {
            this.url = url;
            this.content = content;
        }

        /** The address at the end of all redirects. */
        String url() {
            return url;
        }

        /** The document as it travelled, perhaps compressed; not to be changed. */
        byte[] content() {
            return content;
        }
    }

    /** Why nothing came. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Failure failure;

        FailedException(FailureType type, String message) {
            this(Failure.newBuilder().setType(type).setMessage(message).build());
        }

        FailedException(Failure failure) {
            super(failure.getMessage());
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    /**
     * @param longest how many bytes are taken at most
     * @param patience how long it may take in all
     */
    Download(ScanEgress way, int longest, Duration patience) {
        this.way = way;
        this.longest = longest;
        this.end = System.nanoTime() + patience.toNanos();
        this.client =
                HttpClient.newBuilder()
                        .proxy(ProxySelector.of(way.proxyAddress()))
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    Fetched get(String url) throws FailedException, InterruptedException {
        String next = url;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Optional<Obstacle> obstacle = way.check(next, left());
            if (obstacle.isPresent()) {
                throw new FailedException(TargetGuard.failure(next, obstacle.get()));
            }
            HttpResponse<byte[]> answer = ask(next);
            int status = answer.statusCode();
            Optional<String> location = answer.headers().firstValue("Location");
            if (status >= 300 && status < 400 && location.isPresent()) {
                next = resolve(next, location.get());
            } else if (status >= 200 && status < 300) {
                return new Fetched(next, answer.body());
            } else {
                throw new FailedException(
                        Failure.newBuilder()
                                .setType(FailureType.HTTP_ERROR)
                                .setMessage(
                                        "%s answered with status %d".formatted(shown(next), status))
                                .setHttpStatus(status)
                                .build());
            }
        }
        throw new FailedException(
                FailureType.NAVIGATION,
                "%s redirects more than %d times".formatted(shown(url), MOST_REDIRECTS));
    }

    private HttpResponse<byte[]> ask(String url) throws FailedException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer;
        try {
            answer =
                    client.sendAsync(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("User-Agent", Robots.TOKEN)
                                    .build(),
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(), longest));
        } catch (IllegalArgumentException e) {
            throw new FailedException(
                    FailureType.NAVIGATION,
                    "%s cannot be fetched: %s".formatted(shown(url), e.getMessage()));
        }
        try {
            return answer.get(left().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            answer.cancel(true);
            throw new FailedException(
                    FailureType.TIMEOUT, "%s did not arrive in time".formatted(shown(url)));
        } catch (ExecutionException e) {
            throw failed(url, e.getCause() == null ? e : e.getCause());
        }
    }

    private FailedException failed(String url, Throwable cause) {
        Optional<Obstacle> obstacle = way.exceeded().or(() -> way.obstacle(url));
        if (obstacle.isPresent()) {
            return new FailedException(TargetGuard.failure(url, obstacle.get()));
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof IOException && message.contains("capacity")
                ? new FailedException(
                        FailureType.RESOURCE_LIMIT,
                        "%s is longer than the %,d bytes that are read"
                                .formatted(shown(url), longest))
                : new FailedException(
                        FailureType.NAVIGATION,
                        "%s could not be loaded: %s".formatted(shown(url), message));
    }

    private static String resolve(String url, String location) throws FailedException {
        try {
            return URI.create(url).resolve(location).toString();
        } catch (IllegalArgumentException e) {
            throw new FailedException(
                    FailureType.NAVIGATION,
                    "%s redirects to what is no address".formatted(shown(url)));
        }
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
    }

    static String shown(String url) {
        return url.length() <= 1_000 ? url : url.substring(0, 999) + "…";
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
