package io.stepfree.processor.browser;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Measures the life of the browsers. {@code stepfree.browser.starts} is the sum of {@code
 * stepfree.browser.ends} over all causes and the browsers that run. Thread-safe.
 */
public final class BrowserMeters {

    private final MeterRegistry registry;
    private final Map<LadderStep, Timer> ladder = new EnumMap<>(LadderStep.class);
    private final Map<EndCause, Counter> ends = new EnumMap<>(EndCause.class);

    public BrowserMeters(MeterRegistry registry) {
        this.registry = registry;
        for (LadderStep step : LadderStep.values()) {
            ladder.put(
                    step,
                    Timer.builder("stepfree.browser.ladder")
                            .description(
                                    "How long the steps of the kill ladder take: disposing of a scan's context, ending the process tree, starting a browser")
                            .tag("step", tag(step))
                            .register(registry));
        }
        for (EndCause cause : EndCause.values()) {
            ends.put(
                    cause,
                    Counter.builder("stepfree.browser.ends")
                            .description("Browsers that ended, by what ended them")
                            .baseUnit("browsers")
                            .tag("cause", tag(cause))
                            .register(registry));
        }
    }

    void follow(SharedBrowser browser) {
        FunctionCounter.builder("stepfree.browser.starts", browser, SharedBrowser::starts)
                .description("Browsers that were started")
                .baseUnit("browsers")
                .register(registry);
        gauge(
                browser,
                "stepfree.browser.memory",
                "bytes",
                "Memory of the browser's process tree (PSS) when last looked at; 0 where it cannot be read",
                SharedBrowser::memory);
        gauge(
                browser,
                "stepfree.browser.leases",
                "scans",
                "Scans that use the browser now",
                SharedBrowser::leases);
        gauge(
                browser,
                "stepfree.browser.scans",
                "scans",
                "Scans that the running browser has served since its start",
                SharedBrowser::scans);
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

    private void gauge(
            SharedBrowser browser,
            String name,
            String unit,
            String description,
            ToDoubleFunction<SharedBrowser> value) {
        Gauge.builder(name, browser, value)
                .description(description)
                .baseUnit(unit)
                .register(registry);
    }
}
