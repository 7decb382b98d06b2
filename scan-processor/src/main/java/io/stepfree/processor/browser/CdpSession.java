package io.stepfree.processor.browser;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One conversation over the browser's connection: with the browser itself, with a tab, or with a
 * frame that has a process of its own. Thread-safe.
 */
public final class CdpSession {

    /**
     * Hears what happens in a session. Called on the connection's reading thread: it must not
     * block.
     */
    public interface Listener {

        /** An event arrived. */
        void happened(String method, JsonNode parameters);

        /** The session ended; no event and no answer comes after this. */
        void ended(CdpException why);
    }

    private final CdpConnection connection;
    private final @Nullable String id;
    private final String targetId;
    private final Listener listener;
    private volatile @Nullable CdpException ending;

    CdpSession(CdpConnection connection, @Nullable String id, String targetId, Listener listener) {
        this.connection = connection;
        this.id = id;
        this.targetId = targetId;
        this.listener = listener;
    }

    /** The target at the other end; for a tab and for a frame also the id of its topmost frame. */
    public String targetId() {
        return targetId;
    }

    /** Sends a command and does not wait; the future fails with a {@link CdpException}. */
    public CompletableFuture<JsonNode> send(String method, Map<String, ?> parameters) {
        return connection.send(this, method, parameters);
    }

    /**
     * Sends a command and waits for its answer.
     *
     * @throws CdpException when the browser refuses, the target is gone, or {@code timeout} passes
     */
    public JsonNode call(String method, Map<String, ?> parameters, Duration timeout)
            throws CdpException, InterruptedException {
        CompletableFuture<JsonNode> answer = send(method, parameters);
        try {
            return answer.get(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new CdpException.NoAnswer(
                    "%s was not answered within %d ms".formatted(method, timeout.toMillis()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CdpException known) {
                throw known;
            }
            throw new IllegalStateException(method + " failed", e.getCause());
        }
    }

    /**
     * Takes over a session that the browser began by itself, as told by {@code
     * Target.attachedToTarget}.
     */
    public CdpSession adopt(String sessionId, String frameTargetId, Listener frameListener) {
        return connection.adopt(sessionId, frameTargetId, frameListener);
    }

    /** Whether nothing more will be heard of the target. */
    public boolean isEnded() {
        return ending != null;
    }

    @Nullable String id() {
        return id;
    }

    @Nullable CdpException ending() {
        return ending;
    }

    void happened(String method, JsonNode parameters) {
        listener.happened(method, parameters);
    }

    void end(CdpException why) {
        ending = why;
        listener.ended(why);
    }
}
