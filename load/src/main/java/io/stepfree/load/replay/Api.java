package io.stepfree.load.replay;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway as a client sees it. Thread-safe. */
final class Api implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI gateway;

    Api(URI gateway) {
        this.gateway = gateway;
    }

    JsonNode get(String path) throws InterruptedException {
        return send(HttpRequest.newBuilder(gateway.resolve(path)).GET());
    }

    JsonNode post(String path, String json) throws InterruptedException {
        return send(
                HttpRequest.newBuilder(gateway.resolve(path))
                        .header("Content-Type", "application/json")
                        .header("Cache-Control", "no-cache")
                        .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private JsonNode send(HttpRequest.Builder request) throws InterruptedException {
        HttpRequest asked = request.timeout(Duration.ofSeconds(30)).build();
        try {
            HttpResponse<String> answer = http.send(asked, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new MeasurementException(
                        "The gateway answered %d to %s %s: %s"
                                .formatted(
                                        answer.statusCode(),
                                        asked.method(),
                                        asked.uri(),
                                        answer.body()));
            }
            return JsonMapper.shared().readTree(answer.body());
        } catch (IOException e) {
            throw new MeasurementException(
                    "The gateway did not answer %s %s (%s)."
                            .formatted(asked.method(), asked.uri(), e),
                    e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
