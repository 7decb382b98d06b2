package io.stepfree.processor.browser;

import io.stepfree.platform.health.Absence;
import io.stepfree.platform.health.Finding;
import io.stepfree.platform.health.HealthProbe;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * Looks whether a browser runs. One that died or was replaced is back within seconds; without one
 * for ten seconds the worker is degraded, for a minute it is not ready. Thread-safe.
 */
public final class BrowserProbe implements HealthProbe {

    static final Duration USUAL = Duration.ofSeconds(10);
    static final Duration TOO_LONG = Duration.ofMinutes(1);

    private final BooleanSupplier runs;
    private final Absence absence;

    /**
     * @param runs whether a browser runs now
     */
    public BrowserProbe(BooleanSupplier runs, InstantSource clock) {
        this.runs = runs;
        this.absence = new Absence(USUAL, TOO_LONG, clock);
    }

    @Override
    public String name() {
        return "browser";
    }

    @Override
    public boolean needed() {
        return true;
    }

    @Override
    public Finding look() {
        return runs.getAsBoolean()
                ? absence.there("The browser runs.")
                : absence.away("No browser runs, and none could be started");
    }
}
