package io.stepfree.gateway.edge;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 with a bound for the whole head of a request. Tomcat's own timeout begins anew with each
 * byte, so that one byte now and then would hold a connection for good. Here every connection is
 * looked at twice a second; one whose request began too long ago and is still without its whole
 * head is answered and closed. A connection that has sent nothing at all is left to Tomcat, which
 * closes it without a word.
 */
public final class PunctualProtocol extends Http11NioProtocol {

    private static final Logger log = LoggerFactory.getLogger(PunctualProtocol.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

    /** Nothing of a request was read yet. */
    private static final long NOT_BEGUN = -1;

    private volatile Duration longest = Duration.ofSeconds(5);
    private volatile Supplier<byte[]> answer = () -> new byte[0];
    private @Nullable ScheduledFuture<?> looks;

    /**
     * @param longest how long a head may take
     * @param answer makes the whole HTTP answer to one that took longer
     */
    public void bound(Duration longest, Supplier<byte[]> answer) {
        this.longest = longest;
        this.answer = answer;
    }

    @Override
    public void start() throws Exception {
        super.start();
        looks =
                getUtilityExecutor()
                        .scheduleWithFixedDelay(
                                this::look,
                                BETWEEN_LOOKS.toMillis(),
                                BETWEEN_LOOKS.toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (looks != null) {
            Objects.requireNonNull(looks).cancel(false);
        }
        super.stop();
    }

    private void look() {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            try {
                look(connection);
            } catch (RuntimeException e) {
                log.debug("a connection could not be looked at", e);
            }
        }
    }

    /* Whoever works on a connection holds its lock; between two bytes of a head nobody does. */
    private void look(SocketWrapperBase<NioChannel> connection) {
        if (connection.getLock().tryLock()) {
            try {
                if (!connection.isClosed() && isLate(connection)) {
                    refuse(connection);
                }
            } finally {
                connection.getLock().unlock();
            }
        }
    }

    private boolean isLate(SocketWrapperBase<NioChannel> connection) {
        if (!(connection.getCurrentProcessor() instanceof Processor processor)
                || processor.isAsync()
                || processor.isUpgrade()) {
            return false;
        }
        Request request = processor.getRequest();
        if (request == null || request.getResponse().isCommitted()) {
            return false;
        }
        long begun = request.getStartTimeNanos();
        return begun != NOT_BEGUN && System.nanoTime() - begun > longest.toNanos();
    }

    private void refuse(SocketWrapperBase<NioChannel> connection) {
        try {
            byte[] bytes = answer.get();
            // Never waits: who does not take the answer is closed without it.
            connection.write(false, bytes, 0, bytes.length);
            connection.flush(false);
        } catch (IOException e) {
            log.debug("a client that was too slow is gone: {}", e.toString());
        } finally {
            connection.close();
        }
    }
}
