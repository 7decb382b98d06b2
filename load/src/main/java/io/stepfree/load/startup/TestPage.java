package io.stepfree.load.startup;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A small page on loopback, for a scan that needs nobody else's. */
final class TestPage implements AutoCloseable {

    private static final byte[] HTML =
            "<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1><p>Text.</main></html>"
                    .getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;

    private TestPage(HttpServer server) {
        this.server = server;
    }

    static TestPage serve() {
        try {
            var server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            exchange.getResponseHeaders()
                                    .set("Content-Type", "text/html; charset=utf-8");
                            exchange.sendResponseHeaders(200, HTML.length);
                            exchange.getResponseBody().write(HTML);
                        }
                    });
            server.start();
            return new TestPage(server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String hostAndPort() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String address() {
        return "http://" + hostAndPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
