package io.stepfree.processor.browser;

import io.stepfree.platform.process.DeathWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running browser with its driver. Thread-safe; closing it leaves no process and no folder. */
public final class Chrome implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Chrome.class);
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(3);

    private final Parts parts;
    private final CdpConnection connection;

    /** Kept from the start on: it knows the process from a later one of the same number. */
    private final ProcessHandle process;

    private final String version;
    private boolean ended;

    /** What has to be taken down again, as far as it came up. */
    static final class Parts {
        @Nullable BrowserFolder folder;
        @Nullable Process driver;
        @Nullable DeathWatch watch;
        @Nullable RemoteWebDriver session;
        @Nullable ProcessHandle browser;
        @Nullable CdpConnection connection;
    }

    Chrome(Parts parts, String version) {
        if (parts.connection == null || parts.browser == null) {
            throw new IllegalArgumentException("not connected");
        }
        this.process = parts.browser;
        this.parts = parts;
        this.connection = parts.connection;
        this.version = version;
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

    /** Asks the browser to leave, waits up to 3 s, then {@linkplain #kill() kills} what is left. */
    @Override
    public void close() {
        if (isAlive()) {
            try {
                connection.browser().call("Browser.close", Map.of(), LEAVE_TIMEOUT);
                process.onExit().get(LEAVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.debug("Chrome did not leave by itself", e);
            }
        }
        kill();
    }

    /** Ends browser, tabs and driver at once and deletes their folder. */
    public synchronized void kill() {
        if (!ended) {
            ended = true;
            end(parts);
        }
    }

    static void end(Parts parts) {
        if (parts.connection != null) {
            parts.connection.close();
        }
        // Listed before the first of them dies: an orphan no longer tells whose child it was.
        List<ProcessHandle> processes = new ArrayList<>();
        if (parts.driver != null) {
            processes.addAll(tree(parts.driver.toHandle()).toList());
        }
        if (parts.browser != null) {
            processes.addAll(tree(parts.browser).toList());
        }
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            try {
                process.onExit().get(LEAVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.warn("Process {} of the browser does not end", process.pid());
            }
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
        if (parts.folder != null) {
            parts.folder.close();
        }
    }

    private static Stream<ProcessHandle> tree(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants());
    }
}
