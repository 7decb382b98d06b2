package io.stepfree.processor.browser;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One browser at work: its scans, its memory, and those who watch over it. Thread-safe. */
final class ServingBrowser {

    private final Chrome chrome;
    private final List<Thread> companions = new ArrayList<>();
    private volatile long memory;
    private int leases;
    private int scans;
    private @Nullable EndCause retired;
    private boolean ended;

    ServingBrowser(Chrome chrome) {
        this.chrome = chrome;
    }

    Chrome chrome() {
        return chrome;
    }

    /** Runs beside the browser on a thread of its own, which is interrupted when it ends. */
    synchronized void accompany(String name, Runnable companion) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(companion);
        companions.add(thread);
        if (!ended) {
            thread.start();
        }
    }

    void measured(long bytes) {
        memory = bytes;
    }

    long memory() {
        return memory;
    }

    /**
     * @return how many scans have begun with this one
     */
    synchronized int begin() {
        leases++;
        return ++scans;
    }

    /**
     * @return whether it was the last one that ran
     */
    synchronized boolean finish() {
        return --leases == 0;
    }

    synchronized int leases() {
        return leases;
    }

    synchronized int scans() {
        return scans;
    }

    /**
     * Takes no further scan.
     *
     * @return false when it already does not
     */
    synchronized boolean retire(EndCause cause) {
        if (retired != null) {
            return false;
        }
        retired = cause;
        return true;
    }

    synchronized Optional<EndCause> retired() {
        return Optional.ofNullable(retired);
    }

    /**
     * @return false when it has been ended before
     */
    synchronized boolean end() {
        if (ended) {
            return false;
        }
        ended = true;
        for (Thread companion : companions) {
            // One of them may be the one that ends it, and has to wait for it.
            if (!companion.equals(Thread.currentThread())) {
                companion.interrupt();
            }
        }
        return true;
    }
}
