package io.stepfree.gateway.deliveries;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/** Somebody who is told, on a port of its own; remembers everything that came. */
public final class Receiver implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private final String host;

    /** One request as it came. */
    public record Request(String path, Map<String, List<String>> headers, String body) {
        public String id() {
            return header("Webhook-id");
        }

        String header(String name) {
            return Objects.requireNonNull(headers.get(name), name).getFirst();
        }
    }

    private Receiver(String host, Handler handler) {
        this.host = host;
        try {
            this.server = HttpServer.create(new InetSocketAddress(host, 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var body =
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8);
                        requests.add(
                                new Request(
                                        exchange.getRequestURI().toString(),
                                        Map.copyOf(exchange.getRequestHeaders()),
                                        body));
                        handler.answer(exchange);
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
    }

    /** Answers a request, or keeps it waiting. */
    @FunctionalInterface
    public interface Handler {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** One that answers as it likes. */
    public static Receiver at(String host, Handler handler) {
        return new Receiver(host, handler);
    }

    /** One that answers with a status that depends on how many requests came, the first is 1. */
    public static Receiver answering(String host, IntUnaryOperator status) {
        var many = new AtomicInteger();
        return at(
                host,
                exchange ->
                        exchange.sendResponseHeaders(
                                status.applyAsInt(many.incrementAndGet()), -1));
    }

    public String url() {
        return "http://%s:%d/hook".formatted(host, port());
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
