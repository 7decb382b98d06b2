package io.stepfree.standalone.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The gateway's HTTP API. Each call blocks until it is answered, at most half a minute but for
 * {@link #bulk}, and throws {@link RefusedException} for a 4xx answer and {@link
 * UnreachableException} when there is none or it is another one. Thread-safe.
 */
public final class GatewayClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /**
     * For a minute in which many scans are sent, and one and a half in which they are published.
     */
    private static final Duration BULK_TIMEOUT = Duration.ofSeconds(150);

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private record Problem(
            @Nullable String title, @Nullable String detail, @Nullable List<Entry> errors) {
        record Entry(
                @Nullable String pointer,
                @Nullable String parameter,
                @Nullable String value,
                String detail) {}
    }

    private record Accepted(String id) {}

    private record Ordered(String commandId) {}

    private record Replays(List<ReplayView> items) {}

    private record Unreadable(List<UnreadableView> items) {}

    private final URI server;
    private final @Nullable String key;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final JsonMapper json = JsonMapper.builder().build();

    /** A client of the gateway at that address, without a key; nothing is sent yet. */
    public GatewayClient(URI server) {
        this(server, null);
    }

    /**
     * A client of the gateway at that address; nothing is sent yet.
     *
     * @param key what opens it; null for none
     */
    public GatewayClient(URI server, @Nullable String key) {
        this.server = server;
        this.key = key;
    }

    /** The address. */
    public URI server() {
        return server;
    }

    /**
     * Submits a scan; returns its id once the broker has it safely. A new one in any case: whoever
     * asks again from the command line has changed something.
     */
    public String submit(NewScan scan) {
        HttpRequest request =
                posting("/api/scans", scan.document().toString())
                        .header("Cache-Control", "no-cache")
                        .build();
        return call(request, Accepted.class).id();
    }

    /**
     * Submits many scans at once, which may take minutes; returns once the broker has those that
     * are in order, also when none is.
     *
     * @param batch the batch that they are to be part of; null for a new one
     * @param key what this order is called: the same order under it begins nothing new
     */
    public BulkView bulk(BulkBody body, @Nullable String batch, String key) {
        Map<String, String> query = batch == null ? Map.of() : Map.of("batch", batch);
        HttpRequest request =
                request("/api/scans/bulk" + queryString(query))
                        .timeout(BULK_TIMEOUT)
                        // So that a body that will be refused is not sent; HTTP/2 is not asked for
                        // beside it.
                        .version(HttpClient.Version.HTTP_1_1)
                        .expectContinue(true)
                        .header("Content-Type", body.mediaType())
                        .header("Idempotency-Key", key)
                        .POST(body.content())
                        .build();
        HttpResponse<String> answer = send(request);
        return refusedRows(answer).orElseGet(() -> read(answer, BulkView.class));
    }

    /** That no row was accepted, if the answer says so. */
    private Optional<BulkView> refusedRows(HttpResponse<String> answer) {
        if (answer.statusCode() != BAD_REQUEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(json.readValue(answer.body(), BulkView.class))
                    .filter(view -> view.refused() > 0);
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /**
     * Submits a site; returns its id once the broker has it safely.
     *
     * @param document the body, as the HTTP API takes it
     */
    public String submitSite(ObjectNode document) {
        return call(post("/api/sites", document.toString()), Accepted.class).id();
    }

    /** How far a site is. */
    public SiteView site(String id) {
        return call(get("/api/sites/" + encoded(id)), SiteView.class);
    }

    /** How far a batch is; empty as long as none of its scans is known. */
    public Optional<BatchView> batch(String id) {
        return known("/api/batches/" + encoded(id), BatchView.class);
    }

    /** How a scan stands. */
    public ScanView scan(String id) {
        return call(get("/api/scans/" + encoded(id)), ScanView.class);
    }

    /**
     * What has changed on the page of a scan since the one before, as the HTTP API tells it.
     *
     * @param limit how many findings of each state are listed, at most 500
     */
    public JsonNode changes(String id, int limit) {
        return call(
                get("/api/scans/%s/changes?limit=%d".formatted(encoded(id), limit)),
                JsonNode.class);
    }

    /**
     * Makes a key.
     *
     * @param key the body, as the HTTP API takes it
     * @return the answer, with the key itself
     */
    public JsonNode makeKey(ObjectNode key) {
        return call(post("/admin/keys", key.toString()), JsonNode.class);
    }

    /** The keys, newest first, without the keys themselves. */
    public List<KeyView> keys(Map<String, String> query) {
        return call(get("/admin/keys" + queryString(query)), Keys.class).items();
    }

    /** Ends a key for good. */
    public KeyView revokeKey(String id) {
        return call(request("/admin/keys/" + encoded(id)).DELETE().build(), KeyView.class);
    }

    private record Keys(List<KeyView> items) {}

    /** How the whole stands. */
    public DashboardView dashboard() {
        return call(get("/api/monitoring/dashboard"), DashboardView.class);
    }

    /** How many scans there are. */
    public PlatformStatus status() {
        return call(get("/api/status"), PlatformStatus.class);
    }

    /**
     * A page of dead letters, newest first.
     *
     * @param query the parameters of the HTTP API, such as limit, cursor and type
     */
    public DeadLetterPage deadLetters(Map<String, String> query) {
        return call(get("/admin/dlq/jobs" + queryString(query)), DeadLetterPage.class);
    }

    /** How many dead letters there are of which kind, as the HTTP API tells it. */
    public JsonNode deadLetterStats() {
        return call(get("/admin/dlq/stats"), JsonNode.class);
    }

    /**
     * What dead letters have in common, as the HTTP API tells it.
     *
     * @param query the parameters of the HTTP API, such as limit and type
     */
    public JsonNode deadLetterPatterns(Map<String, String> query) {
        return call(get("/admin/dlq/patterns" + queryString(query)), JsonNode.class);
    }

    /**
     * Orders something of one dead letter.
     *
     * @param verb quarantine, release or discard
     * @return the order's id
     */
    public String judge(String scanId, String verb, String reason) {
        var body = json.createObjectNode().put("reason", reason);
        return call(
                        post(
                                "/admin/dlq/jobs/%s/%s".formatted(encoded(scanId), verb),
                                body.toString()),
                        Ordered.class)
                .commandId();
    }

    /**
     * Orders that dead letters be deleted, or asks which would be.
     *
     * @param purge the body, as the HTTP API takes it
     */
    public PurgeView purge(ObjectNode purge) {
        return call(post("/admin/dlq/purge", purge.toString()), PurgeView.class);
    }

    /** What came of an order; empty as long as it was not taken. */
    public Optional<ActionView> action(String commandId) {
        return known("/admin/dlq/actions/" + encoded(commandId), ActionView.class);
    }

    private <T> Optional<T> known(String path, Class<T> type) {
        try {
            return Optional.of(call(get(path), type));
        } catch (RefusedException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** One dead letter with its whole record. */
    public DeadLetterView deadLetter(String scanId) {
        return call(get("/admin/dlq/jobs/" + encoded(scanId)), DeadLetterView.class);
    }

    /** Orders that a dead scan be tried again; returns the order's id. */
    public String replay(String scanId, String reason) {
        return order("/admin/dlq/retry/" + encoded(scanId), reason);
    }

    /**
     * Orders a replay of many.
     *
     * @param plan the body, as the HTTP API takes it
     * @return the replay's id
     */
    public String replayMany(ObjectNode plan) {
        return call(post("/admin/dlq/replays", plan.toString()), Accepted.class).id();
    }

    /** How a replay of many stands. */
    public ReplayView replayOfMany(String id) {
        return call(get("/admin/dlq/replays/" + encoded(id)), ReplayView.class);
    }

    /** The newest replays of many. */
    public List<ReplayView> replays(int limit) {
        return call(get("/admin/dlq/replays?limit=" + limit), Replays.class).items();
    }

    /** Orders that a replay stop. */
    public void stopReplay(String id, String reason) {
        order("/admin/dlq/replays/" + encoded(id) + "/stop", reason);
    }

    /** Orders that a stopped replay go on. */
    public void resumeReplay(String id, String reason) {
        order("/admin/dlq/replays/" + encoded(id) + "/resume", reason);
    }

    /** The newest records that could not be decoded. */
    public List<UnreadableView> unreadable(int limit) {
        return call(get("/admin/dlq/unreadable?limit=" + limit), Unreadable.class).items();
    }

    @Override
    public void close() {
        http.close();
    }

    /**
     * The alerts.
     *
     * @param limit how many that have ended at most
     */
    public AlertsView alerts(int limit) {
        return call(get("/admin/alerts?limit=" + limit), AlertsView.class);
    }

    /**
     * Orders that every receiver be told of a test.
     *
     * @return the key of the alert that they will see, and who they are
     */
    public AlertTest testAlert(String reason) {
        var body = json.createObjectNode();
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        return call(post("/admin/alerts/test", body.toString()), AlertTest.class);
    }

    /**
     * Orders that nobody be told of something for a time.
     *
     * @return when the silence ends
     */
    public Instant silence(String alert, int minutes, String reason) {
        var body =
                json.createObjectNode()
                        .put("alert", alert)
                        .put("minutes", minutes)
                        .put("reason", reason);
        Instant until =
                call(post("/admin/alerts/silences", body.toString()), AlertOrdered.class).until();
        return Objects.requireNonNull(until, "the gateway did not say until when");
    }

    /** Orders the end of a silence. */
    public void endSilence(String alert) {
        var _ =
                call(
                        request("/admin/alerts/silences?alert=" + encoded(alert)).DELETE().build(),
                        AlertOrdered.class);
    }

    private record AlertOrdered(String alert, @Nullable Instant until) {}

    private String order(String path, String reason) {
        var body = json.createObjectNode();
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        return call(post(path, body.toString()), Ordered.class).commandId();
    }

    private HttpRequest get(String path) {
        return request(path).GET().build();
    }

    private HttpRequest post(String path, String body) {
        return posting(path, body).build();
    }

    private HttpRequest.Builder posting(String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(URI.create(server.toString().replaceAll("/+$", "") + path))
                        .timeout(TIMEOUT)
                        .header("Accept", "application/json, application/problem+json");
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private <T> T call(HttpRequest request, Class<T> type) {
        return read(send(request), type);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UnreachableException(
                    "Stepfree does not answer at %s (%s).".formatted(server, reason(e)), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnreachableException("The call to %s was interrupted.".formatted(server), e);
        }
    }

    private <T> T read(HttpResponse<String> answer, Class<T> type) {
        var status = answer.statusCode();
        if (status >= 400) {
            throw refused(status, answer.body());
        }
        try {
            return json.readValue(answer.body(), type);
        } catch (JacksonException e) {
            throw new UnreachableException(
                    "What answers at %s is not Stepfree (%s)."
                            .formatted(server, e.getOriginalMessage()),
                    e);
        }
    }

    private RuntimeException refused(int status, String body) {
        Problem problem;
        try {
            problem = json.readValue(body, Problem.class);
        } catch (JacksonException _) {
            return new UnreachableException(
                    "What answers at %s is not Stepfree (HTTP %d).".formatted(server, status));
        }
        var detail =
                problem.detail() != null
                        ? problem.detail()
                        : problem.title() != null ? problem.title() : "HTTP " + status;
        if (status >= 500) {
            return new UnreachableException(
                    "Stepfree at %s cannot do it now: %s".formatted(server, detail));
        }
        return new RefusedException(status, detail, faults(problem));
    }

    private static List<RefusedException.Fault> faults(Problem problem) {
        if (problem.errors() == null) {
            return List.of();
        }
        return problem.errors().stream()
                .map(entry ->
                        new RefusedException.Fault(
                                entry.pointer() != null
                                        ? entry.pointer()
                                        : String.valueOf(entry.parameter()),
                                entry.value(),
                                entry.detail()))
                .toList();
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static String queryString(Map<String, String> query) {
        return query.isEmpty()
                ? ""
                : query.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }
}
