package io.stepfree.processor.browser;

import io.stepfree.platform.recovery.Recovery;

/**
 * Replaces the browser on an order. What is wrong with it and can be seen is mended without one,
 * see {@link SharedBrowser}, as often as it takes: a worker without a browser is of no use. So it
 * is never needed, and only orders are bounded. Thread-safe.
 */
public final class BrowserRecovery implements Recovery {

    private final SharedBrowser browser;

    public BrowserRecovery(SharedBrowser browser) {
        this.browser = browser;
    }

    @Override
    public String component() {
        return "browser";
    }

    @Override
    public boolean isNeeded() {
        return false;
    }

    @Override
    public String recover() {
        return browser.renew("it was ordered")
                ? "The browser is replaced; scans that run in it end in it."
                : "No browser runs; the next scan starts one.";
    }
}
