package io.stepfree.processor.browser;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.stepfree.platform.metric.OwnMeter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the life of the browsers. {@code stepfree.browser.starts} is the sum of {@code
 * stepfree.browser.ends} over all causes and {@code stepfree.browser.running}. Thread-safe.
 */
public final class BrowserMeters {

    private final MeterRegistry registry;
    private final Map<LadderStep, Timer> ladder = new EnumMap<>(LadderStep.class);
    private final Map<EndCause, Counter> ends = new EnumMap<>(EndCause.class);

    public BrowserMeters(MeterRegistry registry) {
        this.registry = registry;
        for (LadderStep step : LadderStep.values()) {
            ladder.put(step, OwnMeter.BROWSER_LADDER.timer(registry, "step", tag(step)));
        }
        for (EndCause cause : EndCause.values()) {
            ends.put(cause, OwnMeter.BROWSER_ENDS.counter(registry, "cause", tag(cause)));
        }
    }

    void follow(SharedBrowser browser) {
        OwnMeter.BROWSER_STARTS.counter(registry, browser, SharedBrowser::starts);
        OwnMeter.BROWSER_RUNNING.gauge(registry, browser, SharedBrowser::running);
        OwnMeter.BROWSER_MEMORY.gauge(registry, browser, SharedBrowser::memory);
        OwnMeter.BROWSER_LEASES.gauge(registry, browser, SharedBrowser::leases);
        OwnMeter.BROWSER_SCANS.gauge(registry, browser, SharedBrowser::scans);
    }

    void took(LadderStep step, long sinceNanos) {
        timer(step).record(Duration.ofNanos(System.nanoTime() - sinceNanos));
    }

    void ended(EndCause cause) {
        counter(cause).increment();
    }

    double ends(EndCause cause) {
        return counter(cause).count();
    }

    static String tag(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private Timer timer(LadderStep step) {
        return java.util.Objects.requireNonNull(ladder.get(step));
    }

    private Counter counter(EndCause cause) {
        return java.util.Objects.requireNonNull(ends.get(cause));
    }
}
