package io.stepfree.load.streams;

import io.stepfree.load.measure.MeasurementException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One client of a live stream, on a thread of its own: reads it, comes back with the last id when
 * it was cut, and stops when the gateway says that there is nothing more.
 */
final class Follower {

    private static final Duration HEADERS = Duration.ofSeconds(60);
    private static final int NOT_YET = 404;
    private static final int NO_MORE = 204;

    /** Something that the gateway needs is not there, or it has too much to do. */
    private static final int BUSY = 503;

    private static final int LONGEST_PAUSE_MILLIS = 1_000;

    private final HttpClient http;
    private final URI address;
    private final Tally tally = new Tally();
    private final CountDownLatch open = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable InputStream body;
    private volatile long last = Long.MAX_VALUE;
    private volatile @Nullable String failure;
    private @Nullable String id;
    private Instant opened = Instant.MAX;
    private int refused;

    Follower(HttpClient http, URI gateway, String scanId) {
        this.http = http;
        this.address = gateway.resolve("/api/scans/" + scanId + "/events");
        this.thread = Thread.ofVirtual().name("follower").start(this::follow);
    }

    /** Waits until the first event is there. */
    boolean awaitOpen(Duration limit) throws InterruptedException {
        return open.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Cuts its connection; it comes back. */
    void cut() {
        InputStream cut = body;
        if (cut != null) {
            try {
                cut.close();
            } catch (IOException _) {
                // It was cut already.
            }
        }
    }

    /** From now on the end is right after this step. */
    void expectEndAfter(long step) {
        last = step;
    }

    /** Waits until the gateway has said that there is nothing more. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return thread.join(limit) && failure == null;
    }

    /** What went wrong, if something did. */
    @Nullable String failure() {
        return failure;
    }

    /** How often it was told to come again; only once it has ended. */
    int refused() {
        return refused;
    }

    /** Only once it has ended. */
    Tally tally() {
        return tally;
    }

    private void follow() {
        try {
            while (connect()) {
                Thread.sleep(ThreadLocalRandom.current().nextInt(LONGEST_PAUSE_MILLIS));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e.toString();
        }
    }

    /** Whether it should be tried again. */
    private boolean connect() throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(HEADERS).GET();
        if (id != null) {
            request.header("Last-Event-ID", id);
        }
        HttpResponse<InputStream> answer;
        try {
            answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            failure = e.toString();
            return false;
        }
        try (InputStream stream = answer.body()) {
            if (answer.statusCode() == NO_MORE) {
                return false;
            }
            if (answer.statusCode() == NOT_YET && id == null) {
                return true;
            }
            if (answer.statusCode() == BUSY) {
                refused++;
                return true;
            }
            if (answer.statusCode() != 200) {
                throw new MeasurementException(
                        "The gateway answered %d: %s"
                                .formatted(
                                        answer.statusCode(),
                                        new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
            }
            body = stream;
            opened = Instant.now();
            read(stream);
        } catch (IOException _) {
            // It was cut.
        } finally {
            body = null;
        }
        return true;
    }

    private void read(InputStream stream) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8), 512);
        String nextId = null;
        String name = "";
        String data = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                nextId = line.substring(4);
            } else if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty() && !data.isEmpty()) {
                tell(name, JsonMapper.shared().readTree(data));
                id = nextId;
                data = "";
            }
        }
    }

    private void tell(String name, JsonNode data) {
        int attempt = data.path("attempt").asInt();
        switch (name) {
            case "state" -> tally.state(data.path("status").asString(), attempt);
            case "cancelled" -> tally.end(last);
            default -> {
                tally.event(name, attempt);
                Instant at = Instant.parse(data.path("at").asString());
                if (at.isAfter(opened)) {
                    tally.delay(Duration.between(at, Instant.now()).toNanos() / 1e6);
                }
            }
        }
        open.countDown();
    }
}
