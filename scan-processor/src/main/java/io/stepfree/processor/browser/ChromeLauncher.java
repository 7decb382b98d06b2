package io.stepfree.processor.browser;

import io.stepfree.platform.process.BrowserFolder;
import io.stepfree.platform.process.ContainedBrowser;
import io.stepfree.platform.process.DeathWatch;
import io.stepfree.platform.process.ProcessTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.openqa.selenium.remote.http.ClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts a Chrome through ChromeDriver and connects to its DevTools endpoint. Under root both run
 * as nobody, because Chrome's sandbox refuses root and scanning strangers' pages without the
 * sandbox is not an option.
 */
public final class ChromeLauncher {

    private static final int MOST_DRIVERS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(ChromeLauncher.class);

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern PORT = Pattern.compile("started successfully on port (\\d+)");

    /**
     * What it is told beside what each browser of ours is. Each scan's context has a proxy of its
     * own; whatever belongs to no scan stays inside.
     */
    private static final List<String> FLAGS =
            List.of(
                    "--hide-scrollbars",
                    "--window-size=1280,1024",
                    "--disable-background-timer-throttling",
                    "--disable-backgrounding-occluded-windows",
                    "--disable-renderer-backgrounding",
                    "--dns-prefetch-disable",
                    // A page lives for a second or two here: what the optimizing compilers spend on
                    // it never comes back (docs/adr/0010).
                    "--js-flags=--no-turbofan --no-maglev",
                    "--disable-features=Translate,MediaRouter,OptimizationHints,AcceptCHFrame,PaintHolding,WebTransport,AsyncDns,DnsOverHttpsUpgrade");

    private final BrowserPrograms programs;
    private final boolean sandbox;

    /** The moment until which a start may take. */
    private record Patience(long end) {

        static Patience begin() {
            return new Patience(System.nanoTime() + START_TIMEOUT.toNanos());
        }

        Duration left() {
            return Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
        }
    }

    /**
     * @param sandbox false only where the machine cannot give Chrome its sandbox; a hostile page
     *     then has the rights of the browser's user
     */
    public ChromeLauncher(BrowserPrograms programs, boolean sandbox) {
        this.programs = programs;
        this.sandbox = sandbox;
        if (!sandbox) {
            LOG.warn(
                    "Chrome's sandbox is OFF (stepfree.browser.sandbox=false): a hostile page can take over the browser's user account. Scan only pages you trust.");
        }
    }

    /** Starts one browser that the kernel does not bound. */
    Chrome launch() throws BrowserStartException, InterruptedException {
        return launch(Optional.empty());
    }

    /**
     * Starts one browser.
     *
     * @param limits whose memory and cores the kernel is to bound it to, on a machine where it can
     * @throws BrowserStartException when it does not answer within 30 s, with nothing left behind
     * @throws BrowserMissingException when this is root and the program that drops its rights is
     *     missing
     */
    Chrome launch(Optional<BrowserLimits> limits)
            throws BrowserStartException, InterruptedException {
        Patience patience = Patience.begin();
        for (int begun = 1; ; begun++) {
            try {
                return launch(limits, patience);
            } catch (BrowserStartException e) {
                if (begun == MOST_DRIVERS || !(e.getCause() instanceof DriverEnded)) {
                    throw e;
                }
                LOG.info("ChromeDriver ended before it was ready, another one is started");
            }
        }
    }

    /**
     * The driver ended before it told its port, as now and then when several begin at once: another
     * one comes up.
     */
    private static final class DriverEnded extends IOException {
        private static final long serialVersionUID = 1;

        DriverEnded(Throwable cause) {
            super("chromedriver did not come up", cause);
        }
    }

    private Chrome launch(Optional<BrowserLimits> limits, Patience patience)
            throws BrowserStartException, InterruptedException {
        var parts = new Chrome.Parts();
        try {
            parts.folder = BrowserFolder.create();
            parts.driver = startDriver(parts.folder);
            parts.processes = new ProcessTree(parts.driver.toHandle());
            parts.watch = DeathWatch.over(parts.driver.toHandle());
            parts.group =
                    limits.flatMap(most -> BrowserGroup.create(most.kernelMemory(), most.cores()))
                            .orElse(null);
            if (parts.group != null) {
                parts.group.add(parts.driver.pid());
            }
            URI driver = awaitPort(parts.driver, patience);
            parts.session = openSession(driver, parts.driver, parts.watch, patience);
            long pid = ((Number) capability(parts.session, "goog:processID")).longValue();
            parts.browser =
                    ProcessHandle.of(pid)
                            .orElseThrow(() ->
                                    new IOException("Chrome, process %d, is gone".formatted(pid)));
            parts.processes.add(parts.browser);
            parts.watch.add(pid);
            var chromeOptions = (Map<?, ?>) capability(parts.session, "goog:chromeOptions");
            JsonNode version =
                    describe(String.valueOf(chromeOptions.get("debuggerAddress")), patience);
            parts.connection =
                    CdpConnection.open(
                            URI.create(version.path("webSocketDebuggerUrl").asString()),
                            patience.left());
            String name = version.path("Browser").asString("Chrome").replace('/', ' ');
            LOG.info("Started {} as process {}", name, pid);
            return new Chrome(parts, name);
        } catch (IOException | CdpException | WebDriverException e) {
            Chrome.end(parts, notStarted(e));
            throw new BrowserStartException(
                    "Chrome did not start: " + firstLine(e).replaceFirst("[.\\s]+$", ""),
                    cure(),
                    e);
        } catch (InterruptedException | RuntimeException e) {
            Chrome.end(parts, notStarted(e));
            throw e;
        }
    }

    private static CdpException notStarted(Exception why) {
        return new CdpException.ConnectionLost("The browser did not start: " + firstLine(why));
    }

    private Process startDriver(BrowserFolder folder) throws IOException {
        return ContainedBrowser.in(
                        folder,
                        List.of(programs.driver().toString(), "--port=" + driverPort()),
                        BrowserMissingException::new)
                .start();
    }

    /**
     * 0 for the driver to choose. Where there is no IPv6, as in most containers, it would then tell
     * the port that it could not have there, which is 0, so that one is chosen for it.
     */
    private static int driverPort() throws IOException {
        try (var _ = new ServerSocket(0, 1, InetAddress.ofLiteral("::1"))) {
            return 0;
        } catch (IOException _) {
            try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
                return free.getLocalPort();
            }
        }
    }

    private static URI awaitPort(Process driver, Patience patience)
            throws IOException, InterruptedException {
        var port = new CompletableFuture<Integer>();
        Thread.ofVirtual().name("chromedriver-output").start(() -> readOutput(driver, port));
        try {
            return URI.create(
                    "http://127.0.0.1:"
                            + port.get(patience.left().toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw new DriverEnded(e);
        } catch (TimeoutException e) {
            throw new IOException("chromedriver did not come up", e);
        }
    }

    /** Reads to the end, because a driver whose output nobody takes stands still. */
    private static void readOutput(Process driver, CompletableFuture<Integer> port) {
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                LOG.debug("chromedriver: {}", line);
                Matcher matcher = PORT.matcher(line);
                if (matcher.find()) {
                    port.complete(Integer.valueOf(matcher.group(1)));
                }
            }
        } catch (IOException e) {
            LOG.debug("The output of chromedriver ended", e);
        }
        port.completeExceptionally(new IOException("chromedriver ended"));
    }

    private RemoteWebDriver openSession(
            URI driver, Process process, DeathWatch watch, Patience patience) throws IOException {
        var options = new ChromeOptions();
        options.setBinary(programs.browser().toString());
        options.addArguments(ContainedBrowser.headless(programs.browser()));
        options.addArguments(ContainedBrowser.FLAGS);
        options.addArguments(FLAGS);
        // The driver makes the profile in its own scratch folder, which is ours: given one by
        // --user-data-dir it would
        // open no first page and then wait for it.
        if (!sandbox) {
            options.addArguments("--no-sandbox");
        }
        var client = ClientConfig.defaultConfig().readTimeout(patience.left());
        // The session tells Chrome's process id only in the end, and until then it would outlive
        // us.
        Thread newborn =
                Thread.ofVirtual().name("watch-newborn").start(() -> watchChildren(process, watch));
        try {
            return new RemoteWebDriver(driver.toURL(), options, client, false);
        } finally {
            newborn.interrupt();
        }
    }

    private static void watchChildren(Process driver, DeathWatch watch) {
        var known = new HashSet<Long>();
        try {
            while (driver.isAlive()) {
                driver.children().map(ProcessHandle::pid).filter(known::add).forEach(watch::add);
                Thread.sleep(50);
            }
        } catch (InterruptedException _) {
            // The session is open, or will never be.
        } catch (UncheckedIOException e) {
            LOG.debug("The watch ended with the launch", e);
        }
    }

    private static Object capability(RemoteWebDriver session, String name) throws IOException {
        Object value = session.getCapabilities().getCapability(name);
        if (value == null) {
            throw new IOException("chromedriver does not tell " + name);
        }
        return value;
    }

    private static JsonNode describe(String debuggerAddress, Patience patience)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://" + debuggerAddress + "/json/version"))
                                    .timeout(patience.left())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return JsonMapper.shared().readTree(answer.body());
        }
    }

    private String cure() {
        String version =
                "check that %s is a Chromium that runs here and that %s has the same version"
                        .formatted(programs.browser(), programs.driver());
        return sandbox
                ? version
                        + ", and that its sandbox gets user namespaces from this machine; where it cannot have them, set stepfree.browser.sandbox=false and scan only pages you trust"
                : version;
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }
}
