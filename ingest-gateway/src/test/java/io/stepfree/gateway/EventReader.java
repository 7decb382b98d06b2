package io.stepfree.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of a live stream that reads as a browser does (WHATWG HTML, 9.2.6). */
final class EventReader implements AutoCloseable {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Told END = new Told(null, "", JsonMapper.shared().nullNode(), "");

    private final HttpResponse<InputStream> answer;
    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final AtomicInteger heartbeats = new AtomicInteger();
    private volatile boolean broken;

    /**
     * One event.
     *
     * @param id the last one that came, null before the first
     * @param raw the data as it came
     */
    record Told(@Nullable String id, String name, JsonNode data, String raw) {
        int attempt() {
            return data.path("attempt").asInt();
        }

        /** Name and attempt, as dispatched 2. */
        String step() {
            return name + " " + attempt();
        }
    }

    private EventReader(HttpResponse<InputStream> answer) {
        this.answer = answer;
        Thread.ofVirtual().start(this::read);
    }

    static EventReader open(RunningGateway gateway, String path) {
        return open(gateway, path, null);
    }

    static EventReader open(RunningGateway gateway, String path, @Nullable String lastId) {
        HttpRequest.Builder request =
                gateway.request(path)
                        .header("Accept", "text/event-stream")
                        .header("Accept-Encoding", "gzip, deflate, br")
                        .GET();
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        try {
            return new EventReader(
                    HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    int status() {
        return answer.statusCode();
    }

    @Nullable String header(String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    int heartbeats() {
        return heartbeats.get();
    }

    /** The next event; fails when there is none within a minute. */
    Told next() {
        Told next = await();
        if (next.equals(END)) {
            throw new AssertionError(
                    "the stream, answered with %d, has ended, broken off: %s"
                            .formatted(status(), broken));
        }
        return next;
    }

    List<Told> next(int count) {
        var next = new ArrayList<Told>();
        while (next.size() < count) {
            next.add(next());
        }
        return next;
    }

    /** All that comes until the server ends the stream; fails when it does not within a minute. */
    List<Told> rest() {
        var rest = new ArrayList<Told>();
        for (Told next = await(); !next.equals(END); next = await()) {
            rest.add(next);
        }
        if (broken) {
            throw new AssertionError("the stream was broken off after " + rest);
        }
        return rest;
    }

    /** What has come by now. */
    List<Told> waiting() {
        var waiting = new ArrayList<Told>();
        told.drainTo(waiting);
        waiting.remove(END);
        return waiting;
    }

    private Told await() {
        try {
            Told next = told.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing was told for a minute");
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void read() {
        try (var lines =
                new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String id = null;
            String name = "message";
            var data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        told.add(
                                new Told(
                                        id,
                                        name,
                                        JsonMapper.shared().readTree(data.toString()),
                                        data.toString()));
                    }
                    name = "message";
                    data.setLength(0);
                } else if (line.startsWith(":")) {
                    heartbeats.incrementAndGet();
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                }
            }
        } catch (IOException _) {
            broken = true;
        } finally {
            told.add(END);
        }
    }

    /** Cuts the connection. */
    @Override
    public void close() {
        try {
            answer.body().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
