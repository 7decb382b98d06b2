package io.stepfree.gateway.reports;

import io.stepfree.printing.ChromePrinter;
import io.stepfree.printing.PrintLimits;
import io.stepfree.printing.PrintingBrowser;
import io.stepfree.reporting.format.Printer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The browser that prints reports as PDF: one process for each, with no network.
 *
 * @param binary the Chromium to run; empty to look in the usual places, headless shell first. When
 *     not set, stepfree.browser.binary
 * @param sandbox whether Chrome's own sandbox stays on. When not set, stepfree.browser.sandbox
 * @param atOnce how many reports are printed at the same time; each takes a processor core
 * @param patience how long a report waits for its turn
 * @param deadline how long the browser may take for one report
 * @param maxHtml how long a report may be as HTML to be printed
 * @param maxPdf how long it may be as PDF
 */
@ConfigurationProperties("stepfree.printing")
public record PrintingProperties(
        @DefaultValue("") String binary,
        @DefaultValue("true") boolean sandbox,
        @DefaultValue("2") int atOnce,
        @DefaultValue("10s") Duration patience,
        @DefaultValue("60s") Duration deadline,
        @DefaultValue("4MB") DataSize maxHtml,
        @DefaultValue("50MB") DataSize maxPdf) {

    private static final Logger LOG = LoggerFactory.getLogger(PrintingProperties.class);
    private static final String PREFIX = "stepfree.printing.";

    public PrintingProperties {
        if (atOnce < 1) {
            throw new IllegalArgumentException("%sat-once %d is below 1".formatted(PREFIX, atOnce));
        }
        if (patience.isNegative()) {
            throw new IllegalArgumentException(
                    "%spatience %s is below 0".formatted(PREFIX, patience));
        }
        if (deadline.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "%sdeadline %s is less than 1s".formatted(PREFIX, deadline));
        }
        if (maxHtml.toBytes() < 1 || maxPdf.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "%smax-html %s and max-pdf %s must be above 0"
                            .formatted(PREFIX, maxHtml, maxPdf));
        }
    }

    /** One with this browser; where there is none, one that says so, as this does now. */
    Printer printer() {
        return PrintingBrowser.find(PREFIX + "binary", binary, sandbox)
                .<Printer>map(browser -> new ChromePrinter(browser, limits()))
                .orElseGet(() -> {
                    LOG.warn(
                            "No Chromium is on this machine, so reports cannot be had as PDF: install chromium-headless-shell (bin/install-browser does so on Debian and Ubuntu)");
                    return Printer.none();
                });
    }

    private PrintLimits limits() {
        return new PrintLimits(atOnce, patience, deadline, maxHtml.toBytes(), maxPdf.toBytes());
    }
}
