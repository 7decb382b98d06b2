package io.stepfree.gateway.edge;

import java.time.Duration;

/**
 * Counts the requests under way, so that a stop can wait for them, and says when no more are to be
 * begun. Thread-safe.
 */
final class Draining {

    private final Duration longest;
    private int underWay;
    private boolean refusing;
    private long end;

    /**
     * @param longest how long requests under way may take to end
     */
    Draining(Duration longest) {
        this.longest = longest;
    }

    /** Counts a request, unless no more are to be begun. */
    synchronized boolean enter() {
        if (refusing) {
            return false;
        }
        underWay++;
        return true;
    }

    /** A counted request has been answered. */
    synchronized void leave() {
        underWay--;
        notifyAll();
    }

    /** From now on none is begun; the time that those under way have begins. */
    synchronized void begin() {
        if (!refusing) {
            refusing = true;
            end = System.nanoTime() + longest.toNanos();
        }
    }

    synchronized boolean isRefusing() {
        return refusing;
    }

    /**
     * Returns when all requests have ended or their time is over.
     *
     * @return how many have not ended
     */
    synchronized int await() {
        try {
            while (underWay > 0) {
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return underWay;
    }
}
