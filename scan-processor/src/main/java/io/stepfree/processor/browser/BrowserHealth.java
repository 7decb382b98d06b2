package io.stepfree.processor.browser;

import java.util.Map;
import java.util.function.Consumer;

/**
 * Asks one browser at intervals whether it is well, so that one that hangs is replaced before a
 * scan has to find out. Runs until it is interrupted or has found it unwell.
 */
final class BrowserHealth implements Runnable {

    private final Chrome chrome;
    private final BrowserLimits limits;
    private final Consumer<String> unwell;

    /**
     * @param unwell told once, with the reason
     */
    BrowserHealth(Chrome chrome, BrowserLimits limits, Consumer<String> unwell) {
        this.chrome = chrome;
        this.limits = limits;
        this.unwell = unwell;
    }

    @Override
    public void run() {
        try {
            while (true) {
                Thread.sleep(limits.healthInterval());
                chrome.connection()
                        .browser()
                        .call("Browser.getVersion", Map.of(), limits.healthTimeout());
            }
        } catch (CdpException e) {
            unwell.accept("it failed its health check: " + e.getMessage());
        } catch (InterruptedException _) {
            // The browser has ended.
        }
    }
}
