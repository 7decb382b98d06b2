package io.stepfree.processor.scan;

import io.stepfree.processor.browser.CdpException;
import io.stepfree.processor.browser.CdpSession;
import io.stepfree.processor.browser.Chrome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A tab in a browser context of its own: cookies, storage and cache of one scan are not those of
 * another. Its {@linkplain #context() context} is to be disposed of whatever happens.
 */
final class Tab {

    /**
     * What is attached stands still until it is told to go on, so that a frame of another process
     * begins with the page's settings. Dedicated workers and worklets then stand still, too,
     * attached or not; they are attached to be let go.
     */
    static final Map<String, Object> AUTO_ATTACH =
            Map.of(
                    "autoAttach",
                    true,
                    "waitForDebuggerOnStart",
                    true,
                    "flatten",
                    true,
                    "filter",
                    List.of(
                            Map.of("type", "iframe"),
                            Map.of("type", "worker"),
                            Map.of("type", "worklet")));

    /** The browser itself answers at once unless it hangs, however busy its pages are. */
    private static final Duration BROWSER_TIMEOUT = Duration.ofSeconds(10);

    private final Chrome chrome;
    private final String context;

    private Tab(Chrome chrome, String context) {
        this.chrome = chrome;
        this.context = context;
    }

    /**
     * @param proxyServer the way out of what the tab opens, host and port; loopback is no exception
     */
    static Tab create(Chrome chrome, String proxyServer) throws CdpException, InterruptedException {
        JsonNode created =
                chrome.connection()
                        .browser()
                        .call(
                                "Target.createBrowserContext",
                                Map.of(
                                        "disposeOnDetach",
                                        true,
                                        "proxyServer",
                                        proxyServer,
                                        "proxyBypassList",
                                        "<-loopback>"),
                                BROWSER_TIMEOUT);
        return new Tab(chrome, created.path("browserContextId").asString());
    }

    /** Opens an empty page, ready to be navigated under the watch. */
    CdpSession open(
            PageWatch watch, PageSettings settings, OriginSecrets secrets, Deadline deadline)
            throws CdpException, ScanFailedException, InterruptedException {
        CdpSession browser = chrome.connection().browser();
        browser.call(
                "Browser.setDownloadBehavior",
                Map.of("behavior", "deny", "browserContextId", context),
                BROWSER_TIMEOUT);
        String target =
                browser.call(
                                "Target.createTarget",
                                Map.of("url", "about:blank", "browserContextId", context),
                                BROWSER_TIMEOUT)
                        .path("targetId")
                        .asString();
        CdpSession page = chrome.connection().attach(target, watch, BROWSER_TIMEOUT);
        watch.follow(page);
        page.call("Page.enable", Map.of(), deadline.left());
        page.call("Page.setLifecycleEventsEnabled", Map.of("enabled", true), deadline.left());
        // Bodies are of no interest, so they need not be kept for us.
        page.call(
                "Network.enable",
                Map.of("maxTotalBufferSize", 100_000, "maxResourceBufferSize", 10_000),
                deadline.left());
        page.call("Inspector.enable", Map.of(), deadline.left());
        page.call("Target.setAutoAttach", AUTO_ATTACH, deadline.left());
        settings.apply(page, deadline);
        secrets.apply(page, deadline);
        return page;
    }

    /** The browser context, whose disposal closes the tab with all it opened. */
    String context() {
        return context;
    }
}
