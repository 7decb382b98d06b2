package io.stepfree.load.gateway;

import com.sun.net.httpserver.HttpExchange;
import io.stepfree.load.chaos.site.Hosts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Pages on several hosts, each of which takes a second to come. */
final class SlowPages implements AutoCloseable {

    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final byte[] PAGE =
            """
            <!DOCTYPE html>
            <html lang="en"><head><title>Page</title></head>
            <body><main><h1>Page</h1><p>It has one image that says nothing.</p>
            <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main></body></html>
            """
                    .getBytes(StandardCharsets.UTF_8);

    private final Hosts hosts = new Hosts(SlowPages::answer);

    /** Host and port of each. */
    List<String> targets() {
        return hosts.targets();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Thread.sleep(DELAY);
            exchange.getResponseHeaders().add("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, PAGE.length);
            exchange.getResponseBody().write(PAGE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        hosts.close();
    }
}
