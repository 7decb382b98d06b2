package io.stepfree.gateway.live;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An HTTP answer that stays open while a thread of its own writes to it. Once the container knows
 * that its client is gone it gives what belongs to the answer to the next request, so it is held up
 * until nothing is being written, and nothing is afterwards.
 */
final class OpenAnswer implements AsyncListener {

    private final AsyncContext context;
    private final Body body;
    private final Runnable onGone;
    private final ReentrantLock using = new ReentrantLock();
    private boolean ended;

    private OpenAnswer(AsyncContext context, OutputStream body, Runnable onGone) {
        this.context = context;
        this.body = new Body(body);
        this.onGone = onGone;
    }

    /** What is written, one piece at a time, as long as the answer is there. */
    private final class Body extends OutputStream {

        private final OutputStream output;

        Body(OutputStream output) {
            this.output = output;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            using.lock();
            try {
                require();
                output.write(bytes, from, length);
            } finally {
                using.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            using.lock();
            try {
                require();
                output.flush();
            } finally {
                using.unlock();
            }
        }

        private void require() throws IOException {
            if (ended) {
                throw new IOException("the answer has ended");
            }
        }
    }

    /** Says what comes, without anything of it. */
    static void announce(HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_OK);
        // Always UTF-8, whatever else would be said (WHATWG HTML, 9.2.5).
        response.setContentType("text/event-stream");
        response.setHeader("Cache-Control", "no-store");
        // nginx would hold back what is not a whole buffer.
        response.setHeader("X-Accel-Buffering", "no");
    }

    /**
     * Lets the request's thread go and keeps the answer.
     *
     * @param onGone is told when the container finds the client gone; may be told more than once
     */
    static OpenAnswer begin(
            HttpServletRequest request, HttpServletResponse response, Runnable onGone)
            throws IOException {
        announce(response);
        OutputStream body = response.getOutputStream();
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        var answer = new OpenAnswer(context, body, onGone);
        context.addListener(answer);
        return answer;
    }

    /** For one thread, until the answer is ended. */
    OutputStream body() {
        return body;
    }

    /** Ends it; nothing can be written afterwards. */
    void end() {
        using.lock();
        try {
            if (!ended) {
                ended = true;
                complete();
            }
        } finally {
            using.unlock();
        }
    }

    /* Whoever is told must have completed it when it returns, or the container answers with an error. */
    private void endAsTold() {
        onGone.run();
        using.lock();
        try {
            ended = true;
            complete();
        } finally {
            using.unlock();
        }
    }

    private void complete() {
        try {
            context.complete();
        } catch (IllegalStateException _) {
            // It was completed before.
        }
    }

    @Override
    public void onError(AsyncEvent event) {
        endAsTold();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        endAsTold();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        onGone.run();
        using.lock();
        try {
            ended = true;
        } finally {
            using.unlock();
        }
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // It begins once.
    }
}
