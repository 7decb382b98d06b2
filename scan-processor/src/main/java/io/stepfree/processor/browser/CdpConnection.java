package io.stepfree.processor.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one WebSocket to a browser's DevTools endpoint, shared by all tabs (flat sessions).
 * Thread-safe.
 *
 * <p>Selenium's own connection hands events over without the session they belong to, which frames
 * with processes of their own need; hence this one. A command whose target ends is failed here,
 * because the browser never answers it.
 */
public final class CdpConnection implements AutoCloseable {

    /**
     * In characters: well over the largest answer of a scan, and a bound on what a hostile page can
     * make us keep. A longer message is skipped; a data: URL can make an event as long as it likes.
     */
    private static final int LONGEST_MESSAGE = 32 * 1024 * 1024;

    private static final Pattern ANSWER = Pattern.compile("^\\{\"id\":(\\d{1,18}),");

    /** The buffer is given back after a message longer than this. */
    private static final int KEPT_BUFFER = 1024 * 1024;

    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(CdpConnection.class);

    private final JsonMapper mapper =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxStringLength(LONGEST_MESSAGE)
                                                    .build())
                                    .build())
                    .build();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong lastId = new AtomicLong();
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final Map<String, CdpSession> sessions = new ConcurrentHashMap<>();
    private final ReentrantLock sending = new ReentrantLock();
    private final CdpSession browser;
    private volatile @Nullable WebSocket socket;

    private record Pending(CdpSession session, String method, CompletableFuture<JsonNode> answer) {}

    private CdpConnection() {
        browser =
                new CdpSession(
                        this,
                        null,
                        "",
                        new CdpSession.Listener() {
                            @Override
                            public void happened(String method, JsonNode parameters) {}

                            @Override
                            public void ended(CdpException why) {}
                        });
    }

    /**
     * Connects.
     *
     * @param address the browser's {@code webSocketDebuggerUrl}
     * @throws CdpException.ConnectionLost when nothing answers within {@code timeout}
     */
    public static CdpConnection open(URI address, Duration timeout)
            throws CdpException, InterruptedException {
        var connection = new CdpConnection();
        try {
            connection.socket =
                    connection
                            .client
                            .newWebSocketBuilder()
                            .connectTimeout(timeout)
                            .buildAsync(address, connection.new Reader())
                            .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return connection;
        } catch (ExecutionException | TimeoutException e) {
            connection.close();
            throw new CdpException.ConnectionLost(
                    "The browser does not answer at %s: %s".formatted(address, e.getMessage()));
        }
    }

    /** The session with the browser itself. */
    public CdpSession browser() {
        return browser;
    }

    /** Begins a session with a target that was created by {@code Target.createTarget}. */
    public CdpSession attach(String targetId, CdpSession.Listener listener, Duration timeout)
            throws CdpException, InterruptedException {
        String id =
                browser.call(
                                "Target.attachToTarget",
                                Map.of("targetId", targetId, "flatten", true),
                                timeout)
                        .path("sessionId")
                        .asString();
        return adopt(id, targetId, listener);
    }

    CdpSession adopt(String sessionId, String targetId, CdpSession.Listener listener) {
        var session = new CdpSession(this, sessionId, targetId, listener);
        sessions.put(sessionId, session);
        return session;
    }

    /** Ends the connection; every pending command fails. */
    @Override
    public void close() {
        lose("The connection to the browser was closed");
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
        client.shutdownNow();
    }

    CompletableFuture<JsonNode> send(CdpSession session, String method, Map<String, ?> parameters) {
        long id = lastId.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        pending.put(id, new Pending(session, method, answer));
        CdpException ending = session.ending();
        if (ending == null) {
            ending = browser.ending();
        }
        WebSocket open = socket;
        if (ending != null || open == null) {
            pending.remove(id);
            answer.completeExceptionally(
                    ending == null ? new CdpException.ConnectionLost("Not connected") : ending);
            return answer;
        }
        var message = new LinkedHashMap<String, Object>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (session.id() != null) {
            message.put("sessionId", session.id());
        }
        String text = mapper.writeValueAsString(message);
        RuntimeException failure = transmit(open, text);
        if (failure != null) {
            // Without the lock: this tells listeners, who may be waiting to send themselves.
            lose("The browser no longer takes commands: " + failure.getMessage());
        }
        return answer;
    }

    /** A WebSocket takes one message at a time. */
    private @Nullable RuntimeException transmit(WebSocket open, String text) {
        sending.lock();
        try {
            if (browser.ending() == null) {
                open.sendText(text, true)
                        .orTimeout(SEND_TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                        .join();
            }
            return null;
        } catch (RuntimeException e) {
            return e;
        } finally {
            sending.unlock();
        }
    }

    private void receive(JsonNode message) {
        if (message.has("id")) {
            Pending command = pending.remove(message.path("id").asLong());
            if (command == null) {
                return;
            }
            JsonNode error = message.path("error");
            if (error.isMissingNode()) {
                command.answer().complete(message.path("result"));
            } else {
                command.answer()
                        .completeExceptionally(
                                new CdpException.Refused(
                                        "%s: %s %s"
                                                .formatted(
                                                        command.method(),
                                                        error.path("message").asString(""),
                                                        error.path("data").asString(""))
                                                .strip()));
            }
            return;
        }
        String method = message.path("method").asString("");
        JsonNode parameters = message.path("params");
        CdpSession session = sessions.get(message.path("sessionId").asString(""));
        switch (method) {
            case "Target.detachedFromTarget" ->
                    end(
                            sessions.get(parameters.path("sessionId").asString("")),
                            new CdpException.TargetClosed("The tab or frame was closed"));
            case "Inspector.targetCrashed" ->
                    end(session, new CdpException.TargetCrashed("The tab crashed"));
            case "Target.targetCrashed" -> {
                String target = parameters.path("targetId").asString("");
                for (CdpSession other : List.copyOf(sessions.values())) {
                    if (other.targetId().equals(target)) {
                        end(other, new CdpException.TargetCrashed("The tab crashed"));
                    }
                }
            }
            default -> {
                if (session != null) {
                    session.happened(method, parameters);
                }
            }
        }
    }

    private void end(@Nullable CdpSession session, CdpException why) {
        if (session == null || session.id() == null || sessions.remove(session.id()) == null) {
            return;
        }
        session.end(why);
        failPending(command -> command.session() == session, why);
    }

    private void lose(String message) {
        var why = new CdpException.ConnectionLost(message);
        if (browser.ending() == null) {
            browser.end(why);
        }
        for (CdpSession session : List.copyOf(sessions.values())) {
            end(session, why);
        }
        failPending(command -> true, why);
    }

    private void failPending(Predicate<Pending> which, CdpException why) {
        pending.values()
                .removeIf(command -> {
                    boolean fails = which.test(command);
                    if (fails) {
                        command.answer().completeExceptionally(why);
                    }
                    return fails;
                });
    }

    private final class Reader implements WebSocket.Listener {

        private StringBuilder buffer = new StringBuilder();
        private boolean skipping;

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence part, boolean last) {
            if (!skipping && buffer.length() + part.length() > LONGEST_MESSAGE) {
                skip();
            }
            if (skipping) {
                skipping = !last;
            } else {
                buffer.append(part);
                if (last) {
                    handle();
                }
            }
            webSocket.request(1);
            return null;
        }

        private void skip() {
            skipping = true;
            Matcher answer = ANSWER.matcher(buffer);
            Pending command = answer.find() ? pending.remove(Long.valueOf(answer.group(1))) : null;
            if (command == null) {
                LOG.debug("Skipped an event of more than {} characters", LONGEST_MESSAGE);
            } else {
                command.answer()
                        .completeExceptionally(
                                new CdpException.Refused(
                                        "%s: the answer is longer than %d characters"
                                                .formatted(command.method(), LONGEST_MESSAGE)));
            }
            buffer = new StringBuilder();
        }

        private void handle() {
            String text = buffer.toString();
            if (buffer.length() > KEPT_BUFFER) {
                buffer = new StringBuilder();
            } else {
                buffer.setLength(0);
            }
            try {
                receive(mapper.readTree(text));
            } catch (RuntimeException e) {
                // One bad message must not end the conversation of all the tabs.
                LOG.warn("A message of the browser could not be handled", e);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            lose("The browser ended the connection");
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            lose("The connection to the browser broke: " + error.getMessage());
        }
    }
}
