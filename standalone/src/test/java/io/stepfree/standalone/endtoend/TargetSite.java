package io.stepfree.standalone.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A site with known answers on loopback: any path is a page with one image without a text
 * alternative, {@code /missing…} is not there, and {@code /held…} answers only once {@link
 * #release()} was called. {@code /worsens…} has a button without a name from the second visit on,
 * {@code /flickers…} at the second visit only. Counts visits by path.
 */
final class TargetSite implements AutoCloseable {

    private static final String PAGE =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>A page</title></head>
            <body><main><h1>A page</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main></body></html>
            """;
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(60);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch released = new CountDownLatch(1);
    private final Map<String, Integer> visits = new ConcurrentHashMap<>();

    TargetSite() throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url(String path) {
        return "http://" + target() + path;
    }

    /** Host and port, as an entry of the allow-list. */
    String target() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    int visits(String path) {
        return visits.getOrDefault(path, 0);
    }

    void release() {
        released.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        int visit = visits.merge(path, 1, Integer::sum);
        if (path.startsWith("/held")) {
            hold();
        }
        boolean worse =
                (path.startsWith("/worsens") && visit > 1)
                        || (path.startsWith("/flickers") && visit == 2);
        byte[] body =
                (worse ? PAGE.replace("<img", "<button></button><img") : PAGE)
                        .getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(path.startsWith("/missing") ? 404 : 200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void hold() throws IOException {
        try {
            if (!released.await(LONGEST_HOLD.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("held for too long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        threads.shutdownNow();
    }
}
