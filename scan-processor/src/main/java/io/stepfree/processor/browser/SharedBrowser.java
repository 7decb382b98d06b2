package io.stepfree.processor.browser;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one browser that all slots of a worker share. One that died or hung is replaced with the next
 * lease, and one that has served its number of scans is replaced when its last lease ends.
 * Thread-safe.
 */
public final class SharedBrowser implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedBrowser.class);

    private final ChromeLauncher launcher;
    private final int scansPerBrowser;
    private final AtomicInteger starts = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Shared current;
    private boolean closed;

    private static final class Shared {
        final Chrome chrome;
        int leases;
        int scans;
        boolean retired;

        Shared(Chrome chrome) {
            this.chrome = chrome;
        }
    }

    /** The right to use the browser for one scan. */
    public final class Lease implements AutoCloseable {

        private final Shared shared;

        private Lease(Shared shared) {
            this.shared = shared;
        }

        public Chrome chrome() {
            return shared.chrome;
        }

        /**
         * Kills the browser because it no longer does as it is told; scans that share it fail with
         * it.
         */
        public void condemn(String why) {
            LOG.warn("Killing Chrome, process {}: {}", shared.chrome.pid(), why);
            retire(shared);
            shared.chrome.kill();
        }

        @Override
        public void close() {
            release(shared);
        }
    }

    /**
     * @param scansPerBrowser after how many scans a fresh browser takes over
     */
    public SharedBrowser(ChromeLauncher launcher, int scansPerBrowser) {
        this.launcher = launcher;
        this.scansPerBrowser = scansPerBrowser;
    }

    /** Starts the browser if none is running, so that the first scan need not wait for it. */
    public void prepare() throws BrowserStartException, InterruptedException {
        lock.lockInterruptibly();
        try {
            running();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the browser for one scan, starting it if need be. */
    public Lease lease() throws BrowserStartException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Shared shared = running();
            shared.leases++;
            shared.scans++;
            if (shared.scans >= scansPerBrowser) {
                shared.retired = true;
                current = null;
            }
            return new Lease(shared);
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many browsers were started so far; more than one for every so many scans tells of
     * crashes.
     */
    public int starts() {
        return starts.get();
    }

    /** Ends the browser; scans that still run fail. */
    @Override
    public void close() {
        Shared last;
        lock.lock();
        try {
            closed = true;
            last = current;
            current = null;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.chrome.close();
        }
    }

    private Shared running() throws BrowserStartException, InterruptedException {
        if (closed) {
            throw new BrowserStartException("The worker is stopping", "start it again", null);
        }
        Shared shared = current;
        if (shared != null && !shared.chrome.isAlive()) {
            LOG.warn("Chrome, process {}, is gone; starting another", shared.chrome.pid());
            current = null;
            shared.retired = true;
            shared.chrome.kill();
            shared = null;
        }
        if (shared == null) {
            shared = new Shared(launcher.launch());
            starts.incrementAndGet();
            current = shared;
        }
        return shared;
    }

    private void retire(Shared shared) {
        lock.lock();
        try {
            shared.retired = true;
            if (current == shared) {
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private void release(Shared shared) {
        boolean last;
        lock.lock();
        try {
            shared.leases--;
            last = shared.leases == 0 && shared.retired;
        } finally {
            lock.unlock();
        }
        if (last) {
            shared.chrome.close();
        }
    }
}
