package io.stepfree.load.incident;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A site on several loopback addresses that is well or answers 503, as it is told. Thread-safe. */
final class MoodySite implements AutoCloseable {

    private static final int HOSTS = 4;
    private static final byte[] PAGE =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>A shop</title></head>
            <body><main><h1>A shop</h1><p>Open from nine to five.</p></main></body></html>
            """
                    .getBytes(StandardCharsets.UTF_8);

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean well = true;

    MoodySite() {
        try {
            for (int host = 1; host <= HOSTS; host++) {
                var server =
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + host), 0),
                                64);
                server.setExecutor(threads);
                server.createContext("/", this::answer);
                server.start();
                servers.add(server);
            }
        } catch (IOException e) {
            throw new MeasurementException("The site cannot be served (%s).".formatted(e), e);
        }
    }

    /** Host and port of each of its addresses. */
    List<String> targets() {
        return servers.stream()
                .map(HttpServer::getAddress)
                .map(address ->
                        "%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort()))
                .toList();
    }

    void be(boolean isWell) {
        well = isWell;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            if (well) {
                exchange.sendResponseHeaders(200, PAGE.length);
                exchange.getResponseBody().write(PAGE);
            } else {
                exchange.sendResponseHeaders(503, -1);
            }
        }
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
