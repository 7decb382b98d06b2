package io.stepfree.processor.browser;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger LOG = LoggerFactory.getLogger(CdpSession.class);

    private final CdpConnection connection;
    private final @Nullable String id;
    private final String targetId;
    private final Listener listener;
    private final @Nullable CdpSession parent;
    private volatile @Nullable CdpException ending;

    /**
     * @param parent the session that it came with, and with which it ends
     */
    CdpSession(
            CdpConnection connection,
            @Nullable String id,
            String targetId,
            Listener listener,
            @Nullable CdpSession parent) {
        this.connection = connection;
        this.id = id;
        this.targetId = targetId;
        this.listener = listener;
        this.parent = parent;
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
        return await(method, send(method, parameters), timeout);
    }

    /** Waits for an answer; nobody does when this has returned. */
    public static <T> T await(String method, CompletableFuture<T> answer, Duration timeout)
            throws CdpException, InterruptedException {
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
        } finally {
            answer.cancel(false);
        }
    }

    /**
     * Takes over a session that the browser began by itself, as told by {@code
     * Target.attachedToTarget}.
     */
    public CdpSession adopt(String sessionId, String frameTargetId, Listener frameListener) {
        return connection.adopt(sessionId, frameTargetId, frameListener, this);
    }

    /** Whether nothing more will be heard of the target. */
    public boolean isEnded() {
        return ending != null;
    }

    @Nullable CdpSession parent() {
        return parent;
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

    /** Never throws: others are to be told as well. */
    void end(CdpException why) {
        ending = why;
        try {
            listener.ended(why);
        } catch (RuntimeException e) {
            LOG.warn("A listener failed at the end of its session", e);
        }
    }
}
