package io.stepfree.load.gateway;

import io.stepfree.load.measure.MeasurementException;
import io.stepfree.load.measure.Numbers;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A hundred scans of pages of a second each, submitted at once and followed to their reports. */
final class ScansAtOnce {

    private static final int SCANS = 100;
    private static final int WARMING = 16;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final URI gateway;
    private final List<String> hosts;
    private final PrintStream output;

    ScansAtOnce(URI gateway, List<String> hosts, PrintStream output) {
        this.gateway = gateway;
        this.hosts = hosts;
        this.output = output;
    }

    void measure(Map<String, Object> figures) throws InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            scan(http, "warming", WARMING);
            output.println("%d scans at once".formatted(SCANS));
            List<Double> seconds = scan(http, "measured", SCANS);
            figures.put("scan_p50_seconds", Numbers.percentile(seconds, 0.50));
            figures.put("scan_p95_seconds", Numbers.percentile(seconds, 0.95));
            figures.put("scan_longest_seconds", Numbers.percentile(seconds, 1));
            figures.put("scans_without_a_report", SCANS - seconds.size());
        }
    }

    /** How long each took that was completed, from before it was submitted until it was listed. */
    private List<Double> scan(HttpClient http, String batch, int scans)
            throws InterruptedException {
        var submissions = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        long start = System.nanoTime();
        for (int i = 0; i < scans; i++) {
            String url = "http://%s/%s/%d".formatted(hosts.get(i % hosts.size()), batch, i);
            submissions.add(
                    http.sendAsync(
                            HttpRequest.newBuilder(gateway.resolve("/api/scans"))
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    JsonMapper.shared()
                                                            .writeValueAsString(
                                                                    Map.of(
                                                                            "url", url, "batch",
                                                                            batch))))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()));
        }
        for (var submission : submissions) {
            HttpResponse<String> answer = submission.join();
            if (answer.statusCode() != 202) {
                throw new MeasurementException("A scan was not taken: " + answer.body());
            }
        }
        return await(http, batch, scans, start);
    }

    private List<Double> await(HttpClient http, String batch, int scans, long start)
            throws InterruptedException {
        var seconds = new LinkedHashMap<String, Double>();
        int ended = 0;
        while (ended < scans) {
            ended = 0;
            for (JsonNode scan : listed(http, batch)) {
                // The score comes with the report.
                if (scan.hasNonNull("score")) {
                    ended++;
                    seconds.putIfAbsent(
                            scan.path("id").asString(), (System.nanoTime() - start) / 1e9);
                } else if (scan.path("status").asString().equals("dead_lettered")) {
                    ended++;
                }
            }
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new MeasurementException(
                        "After %d s %d of %d scans had ended."
                                .formatted(LIMIT.toSeconds(), ended, scans));
            }
            Thread.sleep(BETWEEN_LOOKS);
        }
        return List.copyOf(seconds.values());
    }

    private JsonNode listed(HttpClient http, String batch) throws InterruptedException {
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            gateway.resolve("/api/scans?limit=500&batch=" + batch))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return JsonMapper.shared().readTree(answer.body()).path("items");
        } catch (IOException e) {
            throw new MeasurementException("The gateway does not list (%s).".formatted(e), e);
        }
    }
}
