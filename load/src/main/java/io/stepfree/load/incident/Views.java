package io.stepfree.load.incident;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway as who monitors it sees it, with how long each answer took. For one thread. */
final class Views implements AutoCloseable {

    /** Every view, and the two orders; the id is of a scan that is no dead letter. */
    private static final List<String> READ =
            List.of(
                    "/api/monitoring/health",
                    "/api/monitoring/queue/health",
                    "/api/monitoring/queue/stats",
                    "/api/monitoring/queue/failed",
                    "/api/monitoring/reliability",
                    "/api/monitoring/browser",
                    "/api/monitoring/safety",
                    "/api/monitoring/rate-limit/",
                    "/api/monitoring/dashboard");

    private static final String RETRY =
            "/api/monitoring/queue/retry/01890a5d-ac96-774b-bcce-b302099a8057";
    private static final String RECOVER = "/api/monitoring/recover";
    private static final String PART = "{\"component\": \"pool\", \"reason\": \"a benchmark\"}";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI gateway;
    private final String client;

    /**
     * @param client the id of a client that has submitted scans
     */
    Views(URI gateway, String client) {
        this.gateway = gateway;
        this.client = client;
    }

    /** How long each answer took in milliseconds, all views so many times over. */
    List<Double> look(int rounds) throws InterruptedException {
        var times = new ArrayList<Double>();
        for (int round = 0; round < rounds; round++) {
            for (String path : READ) {
                String whole = path.endsWith("/") ? path + client : path;
                times.add(timed(HttpRequest.newBuilder(gateway.resolve(whole)).GET(), true));
            }
        }
        return times;
    }

    /** How long the two orders took, the first of which is refused. */
    List<Double> order() throws InterruptedException {
        return List.of(timed(post(RETRY, "{}"), false), timed(post(RECOVER, PART), false));
    }

    JsonNode get(String path) throws InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(gateway.resolve(path)).GET());
        return JsonMapper.shared().readTree(answer.body());
    }

    /** Submits a scan; true when it was accepted. */
    boolean submit(String address) throws InterruptedException {
        return send(post("/api/scans", "{\"url\": \"%s\"}".formatted(address))).statusCode() == 202;
    }

    private HttpRequest.Builder post(String path, String json) {
        return HttpRequest.newBuilder(gateway.resolve(path))
                .header("Content-Type", "application/json")
                .header("Cache-Control", "no-cache")
                .POST(HttpRequest.BodyPublishers.ofString(json));
    }

    private double timed(HttpRequest.Builder request, boolean shown) throws InterruptedException {
        long start = System.nanoTime();
        HttpResponse<String> answer = send(request);
        double took = (System.nanoTime() - start) / 1e6;
        if (shown && answer.statusCode() != 200) {
            throw new MeasurementException(
                    "%s was answered with %d: %s"
                            .formatted(answer.uri(), answer.statusCode(), answer.body()));
        }
        return took;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest asked = request.timeout(Duration.ofSeconds(30)).build();
        try {
            return http.send(asked, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new MeasurementException(
                    "The gateway did not answer %s (%s).".formatted(asked.uri(), e), e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
