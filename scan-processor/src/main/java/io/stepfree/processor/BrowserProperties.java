package io.stepfree.processor;

import io.stepfree.processor.browser.BrowserLimits;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
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
 * @param maxMemory what the browser's processes may take together before a fresh one takes over; a
 *     page whose own process takes two thirds of it is ended, and at twice as much the whole
 *     browser is
 * @param maxCores how many processor cores the browser's processes may take together, also a part
 *     of one, where the kernel lets the worker make control groups; 0 for nine tenths of the
 *     machine's
 * @param healthInterval how often the browser is asked whether it is well; one that is not is
 *     killed and replaced
 */
@Validated
@ConfigurationProperties("stepfree.browser")
public record BrowserProperties(
        @DefaultValue("0") @Min(0) int slots,
        @DefaultValue("") String binary,
        @DefaultValue("") String driver,
        @DefaultValue("true") boolean sandbox,
        @DefaultValue("500") @Min(1) int scansPerBrowser,
        @DefaultValue("800MB") DataSize maxMemory,
        @DefaultValue("0") double maxCores,
        @DefaultValue("30s") Duration healthInterval) {

    /** A bare browser with one small page takes more than half of it. */
    private static final DataSize LEAST_MEMORY = DataSize.ofMegabytes(300);

    /** With less it would miss its deadlines, and the health check. */
    private static final double LEAST_CORES = 0.2;

    /** More than any machine has. */
    private static final double MOST_CORES = 10_000;

    public BrowserProperties {
        if (slots == 0) {
            slots = Math.max(1, Runtime.getRuntime().availableProcessors());
        }
        if (maxMemory.compareTo(LEAST_MEMORY) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.browser.max-memory %dMB is less than a browser needs: at least %dMB"
                            .formatted(maxMemory.toMegabytes(), LEAST_MEMORY.toMegabytes()));
        }
        if (maxCores == 0) {
            maxCores = BrowserLimits.standardCores();
        }
        if (!(maxCores >= LEAST_CORES && maxCores <= MOST_CORES)) {
            throw new IllegalArgumentException(
                    "stepfree.browser.max-cores %s is not between %s and %s"
                            .formatted(maxCores, LEAST_CORES, MOST_CORES));
        }
        if (healthInterval.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "stepfree.browser.health-interval %s is less than 1s"
                            .formatted(healthInterval));
        }
    }
}
