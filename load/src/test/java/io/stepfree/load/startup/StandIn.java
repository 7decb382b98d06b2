package io.stepfree.load.startup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Behaves to the benchmark as {@code ./stepfree up} does, within a second: not ready at first, then
 * it takes one scan and completes it.
 */
final class StandIn {

    private StandIn() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(List.of(arguments).get(2));
        var asked = new AtomicInteger();
        var server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext(
                "/readyz",
                exchange -> answer(exchange, asked.incrementAndGet() > 3 ? 200 : 503, ""));
        server.createContext(
                "/api/scans",
                exchange -> {
                    if (exchange.getRequestMethod().equals("POST")) {
                        answer(exchange, 202, "{\"id\":\"1\"}");
                    } else {
                        answer(
                                exchange,
                                200,
                                "{\"id\":\"1\",\"requestId\":\"2\",\"url\":\"http://a/\",\"status\":\"completed\",\"attempt\":1,\"report\":{}}");
                    }
                });
        server.start();
        System.out.println("Stepfree is up after 0.1 s. Ctrl-C stops it.");
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
