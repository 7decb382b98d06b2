package io.stepfree.processor.browser;

import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one browser that all slots of a worker share. One that died, hung or is unwell is killed and
 * replaced at once; one that has served its number of scans or takes too much memory gets no
 * further scan and ends with its last lease, while another one takes over. Thread-safe.
 *
 * <p>The kill ladder: a scan that is over {@linkplain Lease#dispose disposes} of its context, which
 * also ends a page that hangs; a browser that does not do so within 5 s is killed with its whole
 * process tree; the next lease has a new driver start another one.
 */
public final class SharedBrowser implements AutoCloseable {

    private static final Duration DISPOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(SharedBrowser.class);

    private final ChromeLauncher launcher;
    private final BrowserLimits limits;
    private final BrowserMeters meters;
    private final AtomicInteger starts = new AtomicInteger();
    private final Set<ServingBrowser> serving = ConcurrentHashMap.newKeySet();

    /** Held while a browser starts; the other lock never is for longer than a moment. */
    private final ReentrantLock launching = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ServingBrowser current;
    private boolean closed;

    /** The right to use the browser for one scan. */
    public final class Lease implements AutoCloseable {

        private final ServingBrowser browser;
        private final Thread watchdog;
        private final AtomicBoolean released = new AtomicBoolean();

        private Lease(ServingBrowser browser) {
            this.browser = browser;
            // Whatever holds a scan up, it ends.
            this.watchdog = Thread.ofVirtual().name("lease-watchdog").start(this::outlast);
        }

        public Chrome chrome() {
            return browser.chrome();
        }

        /**
         * Closes all that a scan opened and forgets its data. Also ends a page that hangs; a
         * browser that does not do it within 5 s is {@linkplain #condemn condemned}. Not stopped by
         * an interrupt: a cancelled scan has to clear up too.
         *
         * @param context what {@code Target.createBrowserContext} has made
         */
        public void dispose(String context) {
            long start = System.nanoTime();
            boolean interrupted = Thread.interrupted();
            var done =
                    chrome().connection()
                            .browser()
                            .send(
                                    "Target.disposeBrowserContext",
                                    Map.of("browserContextId", context));
            try {
                done.get(DISPOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                // Refused: there is no such context any more. Lost: there is no browser any more.
                LOG.debug("The browser context was gone before it was disposed of", e);
            } catch (TimeoutException e) {
                condemn("it does not close a tab");
            } catch (InterruptedException e) {
                interrupted = true;
                condemn("a scan that was cancelled twice could not wait for its tab to close");
            } finally {
                meters.took(LadderStep.DISPOSE, start);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        /**
         * Kills the browser because it no longer does as it is told; scans that share it fail with
         * it.
         */
        public void condemn(String why) {
            kill(
                    browser,
                    EndCause.HANG,
                    why,
                    new CdpException.ConnectionLost("The browser was killed: " + why));
        }

        @Override
        public void close() {
            if (!released.getAndSet(true)) {
                watchdog.interrupt();
                release(browser);
            }
        }

        private void outlast() {
            try {
                Thread.sleep(limits.longestLease());
                condemn("a scan does not end");
            } catch (InterruptedException _) {
                // It has.
            }
        }
    }

    /**
     * A browser with the {@linkplain BrowserLimits#ofScans standard limits}, measured by nobody.
     *
     * @param scansPerBrowser after how many scans a fresh browser takes over
     */
    public SharedBrowser(ChromeLauncher launcher, int scansPerBrowser) {
        this(
                launcher,
                BrowserLimits.ofScans(scansPerBrowser),
                new BrowserMeters(new CompositeMeterRegistry()));
    }

    public SharedBrowser(ChromeLauncher launcher, BrowserLimits limits, BrowserMeters meters) {
        this.launcher = launcher;
        this.limits = limits;
        this.meters = meters;
        meters.follow(this);
    }

    /** Starts the browser if none is running, so that the first scan need not wait for it. */
    public void prepare() throws BrowserStartException, InterruptedException {
        running(false);
    }

    /** Takes the browser for one scan, starting it if need be. */
    public Lease lease() throws BrowserStartException, InterruptedException {
        return new Lease(running(true));
    }

    /**
     * How many browsers were started so far; more than one for every so many scans tells of
     * crashes.
     */
    public int starts() {
        return starts.get();
    }

    /** How many run now; two for a moment, while one takes over. */
    int running() {
        return serving.size();
    }

    /** Whether one runs, be it that it only ends its last scans. */
    public boolean isServing() {
        return serving.stream().anyMatch(browser -> browser.chrome().isAlive());
    }

    /** Of all browsers that run, in bytes, as of the last look; 0 where it cannot be read. */
    public long memory() {
        return serving.stream().mapToLong(ServingBrowser::memory).sum();
    }

    /** How many scans use a browser now. */
    public int leases() {
        return serving.stream().mapToInt(ServingBrowser::leases).sum();
    }

    /** How many scans the browser that takes the next one has begun. */
    public int scans() {
        lock.lock();
        try {
            return current == null ? 0 : current.scans();
        } finally {
            lock.unlock();
        }
    }

    /** What this worker tells the others about its browser, by meter name. */
    public Map<String, Double> gauges() {
        var gauges = new HashMap<String, Double>();
        gauges.put("stepfree.browser.starts", (double) starts());
        gauges.put("stepfree.browser.memory", (double) memory());
        for (EndCause cause : EndCause.values()) {
            gauges.put("stepfree.browser.ends." + BrowserMeters.tag(cause), meters.ends(cause));
        }
        return gauges;
    }

    /**
     * Ends the browser; scans that still run fail. Returns when nothing is left, also of a browser
     * that was just starting, for which this may wait as long as a start may take.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            current = null;
        } finally {
            lock.unlock();
        }
        for (ServingBrowser browser : List.copyOf(serving)) {
            end(browser, EndCause.CLOSED, browser.chrome()::close);
            // Somebody else may have been at it already.
            browser.chrome().kill();
        }
        // Whoever is just starting one ends it again, which takes until this is free.
        launching.lock();
        try {
            LOG.debug("No browser is left");
        } finally {
            launching.unlock();
        }
    }

    private ServingBrowser running(boolean forScan)
            throws BrowserStartException, InterruptedException {
        Optional<ServingBrowser> found = find(forScan);
        if (found.isPresent()) {
            return found.get();
        }
        launching.lockInterruptibly();
        try {
            found = find(forScan);
            return found.isPresent() ? found.get() : launch(forScan);
        } finally {
            launching.unlock();
        }
    }

    private Optional<ServingBrowser> find(boolean forScan) throws BrowserStartException {
        ServingBrowser found;
        lock.lock();
        try {
            if (closed) {
                throw stopping();
            }
            found = current;
            if (found != null && found.chrome().isAlive()) {
                if (forScan) {
                    begin(found);
                }
                return Optional.of(found);
            }
            current = null;
        } finally {
            lock.unlock();
        }
        if (found != null) {
            died(found);
        }
        return Optional.empty();
    }

    private ServingBrowser launch(boolean forScan)
            throws BrowserStartException, InterruptedException {
        long start = System.nanoTime();
        Chrome chrome = launcher.launch(Optional.of(limits));
        meters.took(LadderStep.LAUNCH, start);
        starts.incrementAndGet();
        var fresh = new ServingBrowser(chrome);
        boolean late;
        lock.lock();
        try {
            late = closed;
            serving.add(fresh);
            if (!late) {
                current = fresh;
                if (forScan) {
                    begin(fresh);
                }
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            end(fresh, EndCause.CLOSED, chrome::close);
            throw stopping();
        }
        watch(fresh);
        return fresh;
    }

    private static BrowserStartException stopping() {
        return new BrowserStartException("The worker is stopping", "start it again", null);
    }

    /** Under the lock. */
    private void begin(ServingBrowser browser) {
        if (browser.begin() >= limits.scans()) {
            browser.retire(EndCause.AGE);
            current = null;
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void watch(ServingBrowser browser) {
        Chrome chrome = browser.chrome();
        browser.accompany(
                "browser-memory",
                new MemoryWatch(
                        chrome,
                        limits,
                        new MemoryWatch.Consequences() {
                            @Override
                            public void measured(long bytes) {
                                browser.measured(bytes);
                            }

                            @Override
                            public boolean drain(String why) {
                                // A fresh one would be as large as this one.
                                boolean used = browser.scans() > 0;
                                if (used) {
                                    SharedBrowser.this.drain(browser, EndCause.MEMORY, why);
                                }
                                return used;
                            }

                            @Override
                            public void kill(String why) {
                                SharedBrowser.this.kill(
                                        browser, EndCause.MEMORY, why, excess(browser, why));
                            }
                        }));
        browser.accompany(
                "browser-health",
                new BrowserHealth(
                        chrome,
                        limits,
                        why ->
                                kill(
                                        browser,
                                        EndCause.HEALTH,
                                        why,
                                        new CdpException.ConnectionLost(
                                                "The browser was killed: " + why))));
        chrome.gone()
                .whenComplete((_, _) ->
                        Thread.ofPlatform()
                                .daemon()
                                .name("browser-died")
                                .start(() -> died(browser)));
        chrome.driverGone()
                .whenComplete((_, _) ->
                        Thread.ofVirtual()
                                .name("driver-died")
                                .start(() ->
                                        drain(browser, EndCause.CRASH, "its driver has died")));
    }

    /**
     * The only scan is the guilty one. Of several nobody knows which, and an innocent one must get
     * its other try.
     */
    private static CdpException excess(ServingBrowser browser, String why) {
        return browser.leases() == 1
                ? new CdpException.MemoryExceeded(why)
                : new CdpException.ConnectionLost(why);
    }

    private void died(ServingBrowser browser) {
        if (end(browser, EndCause.CRASH, browser.chrome()::kill)) {
            LOG.warn("Chrome, process {}, has died", browser.chrome().pid());
            replace();
        }
    }

    private void kill(ServingBrowser browser, EndCause cause, String why, CdpException told) {
        if (end(
                browser,
                cause,
                () -> {
                    LOG.warn("Killing Chrome, process {}: {}", browser.chrome().pid(), why);
                    browser.chrome().kill(told);
                })) {
            replace();
        }
    }

    /**
     * Replaces the browser; scans that run in it end in it.
     *
     * @return whether there was one
     */
    public boolean renew(String why) {
        ServingBrowser serves;
        lock.lock();
        try {
            serves = current;
        } finally {
            lock.unlock();
        }
        if (serves == null) {
            return false;
        }
        drain(serves, EndCause.ORDER, why);
        return true;
    }

    /** Lets running scans end. */
    private void drain(ServingBrowser browser, EndCause cause, String why) {
        boolean idle;
        lock.lock();
        try {
            if (!browser.retire(cause)) {
                return;
            }
            leave(browser);
            idle = browser.leases() == 0;
        } finally {
            lock.unlock();
        }
        LOG.info("Replacing Chrome, process {}: {}", browser.chrome().pid(), why);
        if (idle) {
            end(browser, cause, browser.chrome()::close);
        }
        replace();
    }

    private void release(ServingBrowser browser) {
        Optional<EndCause> cause;
        lock.lock();
        try {
            cause = browser.finish() ? browser.retired() : Optional.empty();
        } finally {
            lock.unlock();
        }
        cause.ifPresent(why -> end(browser, why, browser.chrome()::close));
    }

    /**
     * Ends a browser in the given way, once; its end is known to others only when nothing is left.
     *
     * @return false when it has ended, or is just being ended, for another cause
     */
    private boolean end(ServingBrowser browser, EndCause cause, Runnable way) {
        lock.lock();
        try {
            browser.retire(cause);
            leave(browser);
            if (!browser.end()) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        long start = System.nanoTime();
        way.run();
        meters.took(LadderStep.KILL, start);
        meters.ended(cause);
        serving.remove(browser);
        return true;
    }

    /** Under the lock: the next scan goes to another one. */
    private void leave(ServingBrowser browser) {
        if (browser.equals(current)) {
            current = null;
        }
    }

    /** Before the next job is taken, so that its scan need not wait. */
    private void replace() {
        // A start is much work in one go, for which virtual threads of scans would have to wait.
        Thread.ofPlatform()
                .daemon()
                .name("next-browser")
                .start(() -> {
                    try {
                        prepare();
                    } catch (BrowserStartException | InterruptedException | RuntimeException e) {
                        LOG.debug("Who needs the browser tries again, and tells what is wrong", e);
                    }
                });
    }
}
