package io.stepfree.processor.browser;

import io.stepfree.platform.process.BrowserFolder;
import io.stepfree.platform.process.DeathWatch;
import io.stepfree.platform.process.ProcessTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running browser with its driver. Thread-safe; closing it leaves no process and no folder. */
public final class Chrome implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Chrome.class);
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);

    /** Within which the crash of a tab is told that we have ended. */
    private static final Duration CRASH_TIME = Duration.ofSeconds(5);

    private final Parts parts;
    private final Process driver;
    private final CdpConnection connection;
    private final ProcessTree processes;

    /** Kept from the start on: it knows the process from a later one of the same number. */
    private final ProcessHandle process;

    private final String version;
    private volatile @Nullable EndedPage endedPage;
    private boolean ended;

    private record EndedPage(String why, long nanoTime) {}

    /** What has to be taken down again, as far as it came up. */
    static final class Parts {
        @Nullable BrowserFolder folder;
        @Nullable BrowserGroup group;
        @Nullable Process driver;
        @Nullable ProcessTree processes;
        @Nullable DeathWatch watch;
        @Nullable RemoteWebDriver session;
        @Nullable ProcessHandle browser;
        @Nullable CdpConnection connection;
    }

    Chrome(Parts parts, String version) {
        if (parts.connection == null
                || parts.browser == null
                || parts.driver == null
                || parts.processes == null) {
            throw new IllegalArgumentException("not connected");
        }
        this.process = parts.browser;
        this.driver = parts.driver;
        this.processes = parts.processes;
        this.parts = parts;
        this.connection = parts.connection;
        this.version = version;
        connection.explainCrashes(this::excess);
    }

    /** Where commands are sent. */
    public CdpConnection connection() {
        return connection;
    }

    /** Name and version, as HeadlessChrome 156.0.1.2. */
    public String version() {
        return version;
    }

    /** The process id of the browser itself, whose descendants are its tabs. */
    public long pid() {
        return process.pid();
    }

    /** Whether it can take another scan. */
    public boolean isAlive() {
        return connection.browser().ending() == null && process.isAlive();
    }

    /** Browser, tabs and driver. */
    ProcessTree processes() {
        return processes;
    }

    /** Done when the browser has died or can no longer be reached, also by our own doing. */
    CompletableFuture<?> gone() {
        return CompletableFuture.anyOf(process.onExit(), connection.lost());
    }

    /** Done when the driver has died, also by our own doing. */
    CompletableFuture<?> driverGone() {
        return driver.onExit();
    }

    /** Where the kernel bounds it, if it does. */
    Optional<BrowserGroup> group() {
        return Optional.ofNullable(parts.group);
    }

    /**
     * Keeps one page from taking what belongs to the others, on a machine where the kernel lets us.
     *
     * @param processes of all pages there are
     */
    void keepApart(List<Long> processes) {
        group().ifPresent(group -> group.keepApart(processes));
    }

    /** Ends the process of one page; the scans that it belongs to are told why. */
    void endPage(long pid, String why) {
        endedPage = new EndedPage(why, System.nanoTime());
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Asks the browser to leave, waits up to 3 s, then {@linkplain #kill() kills} what is left. */
    @Override
    public void close() {
        if (isAlive()) {
            try {
                connection.browser().call("Browser.close", Map.of(), LEAVE_TIMEOUT);
                // Its driver fetches no exit status, so that the process would seem to stay.
                gone().get(LEAVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.debug("Chrome did not leave by itself", e);
            }
        }
        kill();
    }

    /** Ends browser, tabs and driver at once and deletes their folder. */
    public void kill() {
        kill(new CdpException.ConnectionLost("The connection to the browser was closed"));
    }

    /**
     * Returns when all is gone.
     *
     * @param why what running scans are told
     */
    synchronized void kill(CdpException why) {
        if (!ended) {
            ended = true;
            end(parts, why);
        }
    }

    static void end(Parts parts, CdpException why) {
        // An interrupted thread could not wait, and would leave behind what needs a moment.
        boolean interrupted = Thread.interrupted();
        try {
            if (parts.connection != null) {
                parts.connection.close(why);
            }
            if (parts.processes != null && !parts.processes.kill(LEAVE_TIMEOUT)) {
                LOG.warn("Processes {} of the browser do not end", parts.processes.members());
            }
            if (parts.session != null) {
                try {
                    // The driver is gone; this lets go of the client's threads.
                    parts.session.quit();
                } catch (WebDriverException e) {
                    LOG.trace("Nothing was left to quit", e);
                }
            }
            if (parts.watch != null) {
                parts.watch.close();
            }
            if (parts.group != null) {
                parts.group.close();
            }
            if (parts.folder != null) {
                parts.folder.close();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Why a tab that crashes now was ended for its memory, if it was: by us or by the kernel. */
    private Optional<String> excess() {
        EndedPage last = endedPage;
        if (last != null && System.nanoTime() - last.nanoTime() < CRASH_TIME.toNanos()) {
            return Optional.of(last.why());
        }
        return parts.group != null && parts.group.hasKilled()
                ? Optional.of("The page took more memory than the browser may")
                : Optional.empty();
    }
}
