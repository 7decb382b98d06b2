package io.stepfree.load.incident;

import com.sun.net.httpserver.HttpExchange;
import io.stepfree.load.chaos.site.Hosts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A site on several loopback addresses that is well or answers 503, as it is told. Thread-safe. */
final class MoodySite implements AutoCloseable {

    private static final byte[] PAGE =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>A shop</title></head>
            <body><main><h1>A shop</h1><p>Open from nine to five.</p></main></body></html>
            """
                    .getBytes(StandardCharsets.UTF_8);

    private final Hosts hosts = new Hosts(this::answer);
    private volatile boolean well = true;

    /** Host and port of each of its addresses. */
    List<String> targets() {
        return hosts.targets();
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
        hosts.close();
    }
}
