package io.stepfree.load.incident;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes messages as an incoming webhook of Slack does: JSON with a text and blocks, answered with
 * "ok" (docs.slack.dev, Sending messages using incoming webhooks). Thread-safe.
 */
final class SlackStub implements AutoCloseable {

    private final HttpServer server;
    private final List<String> messages = new CopyOnWriteArrayList<>();

    SlackStub() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 16);
        } catch (IOException e) {
            throw new MeasurementException("Slack cannot be played (%s).".formatted(e), e);
        }
        server.createContext("/services/T0/B0/token", this::take);
        server.start();
    }

    String address() {
        return "http://127.0.0.1:%d/services/T0/B0/token".formatted(server.getAddress().getPort());
    }

    /** The text of each message that came, as a notification shows it. */
    List<String> messages() {
        return List.copyOf(messages);
    }

    long count(String beginning) {
        return messages.stream().filter(text -> text.startsWith(beginning)).count();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode message = JsonMapper.shared().readTree(exchange.getRequestBody());
            boolean proper =
                    exchange.getRequestMethod().equals("POST")
                            && message.path("text").isString()
                            && (message.path("blocks").isArray()
                                    || message.path("attachments").isArray());
            byte[] answer = (proper ? "ok" : "invalid_payload").getBytes(StandardCharsets.UTF_8);
            if (proper) {
                messages.add(message.path("text").asString());
            }
            exchange.sendResponseHeaders(proper ? 200 : 400, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
