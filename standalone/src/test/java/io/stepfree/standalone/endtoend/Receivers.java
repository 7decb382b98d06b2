package io.stepfree.standalone.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Slack, PagerDuty and a webhook on loopback, which keep what they take. */
final class Receivers implements AutoCloseable {

    static final String SLACK = "/slack";
    static final String PAGER = "/pager";
    static final String HOOK = "/hook";
    static final List<String> ALL = List.of(SLACK, PAGER, HOOK);

    /** What they do with a message. */
    enum Mood {
        /** They take it. */
        WELL,
        /** They refuse it for now. */
        DOWN,
        /** They take it, and the sender never hears of that. */
        SILENT
    }

    /**
     * A message that was taken.
     *
     * @param id by which the receiver knows it when it comes again; empty where it has no way to
     */
    record Told(String receiver, String state, String id) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Told> told = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Mood mood = Mood.WELL;

    private Receivers(HttpServer server) {
        this.server = server;
    }

    static Receivers open() throws IOException {
        var receivers =
                new Receivers(
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0));
        receivers.server.setExecutor(receivers.threads);
        receivers.server.createContext("/", receivers::take);
        receivers.server.start();
        return receivers;
    }

    String address(String receiver) {
        return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), receiver);
    }

    void are(Mood now) {
        mood = now;
    }

    /** What one of them has taken of the incident of failing scans, in the order it came. */
    List<Told> told(String receiver) {
        return told.stream().filter(one -> one.receiver().equals(receiver)).toList();
    }

    /** The states that one of them has taken, each message as often as it came. */
    List<String> states(String receiver) {
        return told(receiver).stream().map(Told::state).toList();
    }

    /** Whether each of them has refused a message for now. */
    boolean allHaveRefused() {
        return refused.containsAll(ALL);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String receiver = exchange.getRequestURI().getPath();
            JsonNode body = JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes());
            if (mood == Mood.DOWN) {
                refused.add(receiver);
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            if (body.toString().contains("scans-failing")) {
                told.add(told(receiver, exchange, body));
            }
            if (mood == Mood.SILENT) {
                closed.await();
            } else {
                exchange.sendResponseHeaders(200, -1);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static Told told(String receiver, HttpExchange exchange, JsonNode body) {
        return switch (receiver) {
            case SLACK -> new Told(receiver, body.at("/text").asString().replaceAll(":.*", ""), "");
            case PAGER ->
                    new Told(
                            receiver,
                            body.at("/event_action").asString().equals("trigger")
                                    ? "FIRED"
                                    : "RESOLVED",
                            body.at("/event_action").asString()
                                    + " "
                                    + body.at("/dedup_key").asString());
            case HOOK ->
                    new Told(
                            receiver,
                            body.at("/type")
                                    .asString()
                                    .replace("alert.", "")
                                    .toUpperCase(Locale.ROOT),
                            exchange.getRequestHeaders().getFirst("webhook-id"));
            default -> throw new IllegalArgumentException("nobody is at " + receiver);
        };
    }
}
