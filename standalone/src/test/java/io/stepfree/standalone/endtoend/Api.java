package io.stepfree.standalone.endtoend;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The HTTP API as a client of any kind sees it. */
final class Api implements AutoCloseable {

    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();
    private final URI gateway;
    private final @Nullable String key;

    Api(URI gateway) {
        this(gateway, null);
    }

    /**
     * @param key what opens it; null for none
     */
    Api(URI gateway, @Nullable String key) {
        this.gateway = gateway;
        this.key = key;
    }

    HttpResponse<String> submit(String url, String requestId) {
        return post("/api/scans", json.createObjectNode().put("url", url).toString(), requestId);
    }

    /** Submits and returns the scan's id; fails unless it was accepted. */
    String accepted(String url, String requestId) {
        HttpResponse<String> answer = submit(url, requestId);
        if (answer.statusCode() != 202) {
            throw new AssertionError("not accepted: " + answer.statusCode() + " " + answer.body());
        }
        return json.readTree(answer.body()).path("id").asString();
    }

    HttpResponse<String> post(String path, String body, String requestId) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        // Each test wants a scan of its own, also of pages that were scanned
                        // before.
                        .header("Cache-Control", "no-cache")
                        .header("X-Request-ID", requestId)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    /** The scan as it stands; an empty node while the gateway cannot say. */
    JsonNode scan(String id) {
        HttpResponse<String> answer = send(request("/api/scans/" + id).build());
        return answer.statusCode() == 200 ? json.readTree(answer.body()) : json.createObjectNode();
    }

    String status(String id) {
        return scan(id).path("status").asString("");
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(gateway.resolve(path));
        return key == null ? request : request.header("Authorization", "Bearer " + key);
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("the gateway does not answer " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
