package io.stepfree.load.chaos.site;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Serves the pages on several loopback addresses, so that scans are of several hosts, and notes
 * every visit. It is never broken itself: what is known about its pages must hold. Thread-safe.
 */
public final class TargetSite implements AutoCloseable {

    private static final long SLOW_MILLIS = 1_500;

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>%1$s</title></head>
            <body><main><h1>%1$s</h1><p>A page of the chaos run, with one image that says nothing.</p>
            <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main></body></html>
            """;
    private static final String ENDLESS =
            "<!DOCTYPE html><html lang=\"en\"><head><title>Endless</title><script>for (;;) {}</script></head></html>";

    private final Hosts hosts = new Hosts(this::answer);
    private final Queue<Visit> visits = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    /** Host and port of each of its addresses. */
    public List<String> targets() {
        return hosts.targets();
    }

    /** Every visit so far, oldest first. */
    public List<Visit> visits() {
        return List.copyOf(visits);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            PageKind kind = PageKind.of(path).orElse(null);
            if (kind == null) {
                send(exchange, 404, "");
                return;
            }
            visits.add(new Visit(System.currentTimeMillis(), path));
            int visit = counts.merge(path, 1, Integer::sum);
            switch (kind) {
                case GOOD -> send(exchange, 200, PAGE.formatted("Good"));
                case SLOW -> {
                    Thread.sleep(SLOW_MILLIS);
                    send(exchange, 200, PAGE.formatted("Slow"));
                }
                case FLAKY -> send(exchange, visit == 1 ? 503 : 200, PAGE.formatted("Flaky"));
                case BROKEN -> send(exchange, 500, PAGE.formatted("Broken"));
                case MISSING -> send(exchange, 404, PAGE.formatted("Missing"));
                case HOSTILE -> send(exchange, 200, ENDLESS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String page) throws IOException {
        byte[] body = page.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        hosts.close();
    }
}
