package io.stepfree.load.history;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pages on loopback that are not the same at the second visit: {@code /changes} has a button
 * without a name in place of a field without a label, and {@code /vanishes} is not there.
 */
final class ChangingPages implements AutoCloseable {

    private final HttpServer server;
    private final Map<String, Integer> visits = new ConcurrentHashMap<>();

    ChangingPages() throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 64);
        server.createContext("/", this::answer);
        server.start();
    }

    /** One of its pages, of which nothing is known beforehand. */
    Page page(String path) {
        return new Page(
                "changing",
                path,
                "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        boolean first = visits.merge(path, 1, Integer::sum) == 1;
        byte[] body =
                """
                <!DOCTYPE html>
                <html lang="en"><head><title>A page</title></head>
                <body><main><h1>A page</h1><p>It changes.</p>
                <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">%s</main></body></html>
                """
                        .formatted(first ? "<input name=\"word\">" : "<button></button>")
                        .getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(
                    path.equals("/vanishes") && !first ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
