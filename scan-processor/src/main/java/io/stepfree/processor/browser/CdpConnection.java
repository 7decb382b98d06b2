package io.stepfree.processor.browser;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
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

    /** More than any scan may take, so that what is still unanswered then never will be. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(130);

    private static final ScheduledExecutorService EXPIRIES = expiries();

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
    private final CompletableFuture<CdpException> lost = new CompletableFuture<>();
    private volatile @Nullable WebSocket socket;
    private volatile Supplier<Optional<String>> excess = Optional::empty;

    /**
     * @param answered done on the reading thread before whoever waits for the answer goes on
     */
    private record Pending(
            CdpSession session,
            String method,
            CompletableFuture<JsonNode> answer,
            Consumer<JsonNode> answered) {}

    private static ScheduledExecutorService expiries() {
        var executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("cdp-expiries").factory());
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

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
                        },
                        null);
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
        var adopted = new CompletableFuture<CdpSession>();
        // Before the next message is read: it may be the end of this session.
        var answer =
                send(
                        browser,
                        "Target.attachToTarget",
                        Map.of("targetId", targetId, "flatten", true),
                        result ->
                                adopted.complete(
                                        adopt(
                                                result.path("sessionId").asString(),
                                                targetId,
                                                listener,
                                                null)));
        CdpSession.await("Target.attachToTarget", answer, timeout);
        return adopted.join();
    }

    /** Done when nothing more will be heard of the browser, with the reason. */
    CompletableFuture<CdpException> lost() {
        return lost;
    }

    /**
     * @param reason asked when a tab crashes: why, if it was ended for the memory it took
     */
    void explainCrashes(Supplier<Optional<String>> reason) {
        excess = reason;
    }

    CdpSession adopt(
            String sessionId,
            String targetId,
            CdpSession.Listener listener,
            @Nullable CdpSession parent) {
        var session = new CdpSession(this, sessionId, targetId, listener, parent);
        sessions.put(sessionId, session);
        CdpException why = parent == null ? null : parent.ending();
        if (why != null) {
            end(session, why);
        }
        return session;
    }

    /** Ends the connection; every pending command fails. */
    @Override
    public void close() {
        close(new CdpException.ConnectionLost("The connection to the browser was closed"));
    }

    /**
     * @param why what every pending command, and every one to come, fails with
     */
    void close(CdpException why) {
        lose(why);
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
        client.shutdownNow();
    }

    CompletableFuture<JsonNode> send(CdpSession session, String method, Map<String, ?> parameters) {
        return send(session, method, parameters, _ -> {});
    }

    /** The answer comes, or fails, within {@link #LONGEST_WAIT} whatever becomes of the browser. */
    private CompletableFuture<JsonNode> send(
            CdpSession session,
            String method,
            Map<String, ?> parameters,
            Consumer<JsonNode> answered) {
        long id = lastId.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        pending.put(id, new Pending(session, method, answer, answered));
        expire(id, method, answer);
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

    /** Forgets a command that was answered, failed or given up, and fails one that never is. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void expire(long id, String method, CompletableFuture<JsonNode> answer) {
        Future<?> expiry =
                EXPIRIES.schedule(
                        () ->
                                answer.completeExceptionally(
                                        new CdpException.NoAnswer(
                                                "%s was not answered within %d s"
                                                        .formatted(
                                                                method, LONGEST_WAIT.toSeconds()))),
                        LONGEST_WAIT.toSeconds(),
                        TimeUnit.SECONDS);
        answer.whenComplete((_, _) -> {
            expiry.cancel(false);
            pending.remove(id);
        });
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
                command.answered().accept(message.path("result"));
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
            case "Inspector.targetCrashed" -> end(session, crash());
            case "Target.targetCrashed" -> {
                String target = parameters.path("targetId").asString("");
                for (CdpSession other : List.copyOf(sessions.values())) {
                    if (other.targetId().equals(target)) {
                        end(other, crash());
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
        // The browser does not always tell of them once their parent has gone.
        for (CdpSession child : List.copyOf(sessions.values())) {
            if (child.parent() == session) {
                end(child, why);
            }
        }
    }

    private CdpException crash() {
        return excess.get()
                .<CdpException>map(CdpException.MemoryExceeded::new)
                .orElseGet(() -> new CdpException.TargetCrashed("The tab crashed"));
    }

    private void lose(String message) {
        lose(new CdpException.ConnectionLost(message));
    }

    private void lose(CdpException why) {
        if (browser.ending() == null) {
            browser.end(why);
        }
        for (CdpSession session : List.copyOf(sessions.values())) {
            end(session, why);
        }
        failPending(command -> true, why);
        lost.complete(why);
    }

    private void failPending(Predicate<Pending> which, CdpException why) {
        pending.values().stream()
                .filter(which)
                .forEach(command -> command.answer().completeExceptionally(why));
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
            if (!refuse(buffer, "is longer than %d characters".formatted(LONGEST_MESSAGE))) {
                LOG.debug("Skipped an event of more than {} characters", LONGEST_MESSAGE);
            }
            buffer = new StringBuilder();
        }

        /**
         * Fails the command that a message answers.
         *
         * @return false when it answers none
         */
        private boolean refuse(CharSequence message, String why) {
            Matcher answer = ANSWER.matcher(message);
            Pending command = answer.find() ? pending.get(Long.valueOf(answer.group(1))) : null;
            return command != null
                    && command.answer()
                            .completeExceptionally(
                                    new CdpException.Refused(
                                            "%s: the answer %s".formatted(command.method(), why)));
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
                refuse(text, "cannot be read");
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
