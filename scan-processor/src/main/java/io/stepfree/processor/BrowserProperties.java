package io.stepfree.processor;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The browser that scans.
 *
 * @param slots how many pages are scanned at once, all in one browser; 0 for one for each processor
 *     core
 * @param binary the Chromium to run; empty to look in the usual places, headless shell first
 * @param driver the ChromeDriver to run; empty to look in the usual places
 * @param sandbox whether Chrome's own sandbox stays on; without it a hostile page can take over the
 *     browser's user account
 * @param scansPerBrowser after how many scans a fresh browser takes over
 */
@Validated
@ConfigurationProperties("stepfree.browser")
public record BrowserProperties(
        @DefaultValue("0") @Min(0) int slots,
        @DefaultValue("") String binary,
        @DefaultValue("") String driver,
        @DefaultValue("true") boolean sandbox,
        @DefaultValue("500") @Min(1) int scansPerBrowser) {

    public BrowserProperties {
        if (slots == 0) {
            slots = Math.max(1, Runtime.getRuntime().availableProcessors());
        }
    }
}
