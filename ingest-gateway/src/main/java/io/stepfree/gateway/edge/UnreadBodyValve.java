package io.stepfree.gateway.edge;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose client goes on sending a body that nobody wants any more. The answer goes
 * out first; then the rest is read and forgotten for a moment, so that the client reads the answer
 * before the connection is reset. Tomcat by itself would wait for the rest for as long as a byte
 * comes now and then.
 */
final class UnreadBodyValve extends ValveBase {

    private static final long MOST_BYTES = 2 * 1024 * 1024;

    private final Duration patience;

    /**
     * @param patience how long a client may go on sending after it was answered
     */
    UnreadBodyValve(Duration patience) {
        super(true);
        this.patience = patience;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        // Who asked before sending was told not to, and Tomcat closes by itself.
        if (!request.isAsync()
                && !request.getCoyoteRequest().hasExpectation()
                && !isRead(request)) {
            response.finishResponse();
            if (!drain(request.getCoyoteRequest())) {
                request.getCoyoteRequest()
                        .action(ActionCode.CLOSE_NOW, new IOException("the body never ended"));
            }
        }
    }

    private static boolean isRead(Request request) {
        var read = new AtomicBoolean();
        request.getCoyoteRequest().action(ActionCode.REQUEST_BODY_FULLY_READ, read);
        return read.get();
    }

    /** Whether the body has ended. */
    private boolean drain(org.apache.coyote.Request body) {
        long begun = System.nanoTime();
        var scrap = new Scrap();
        try {
            long length = 0;
            while (length <= MOST_BYTES && System.nanoTime() - begun < patience.toNanos()) {
                int read = body.doRead(scrap);
                if (read < 0) {
                    return true;
                }
                length += read;
            }
        } catch (IOException _) {
            // It is gone, or silent.
        }
        return false;
    }

    /** Where bytes go that nobody reads. */
    private static final class Scrap implements ApplicationBufferHandler {

        private @Nullable ByteBuffer bytes;

        @Override
        public void setByteBuffer(@Nullable ByteBuffer buffer) {
            bytes = buffer;
        }

        @Override
        public @Nullable ByteBuffer getByteBuffer() {
            return bytes;
        }

        @Override
        public void expand(int size) {
            // It keeps nothing.
        }
    }
}
