package io.stepfree.alerts.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The unit of a metric's value and threshold. */
public enum Unit {
    /** A share from 0 to 1, shown as per cent. */
    SHARE("share"),
    COUNT("count"),
    PER_MINUTE("per minute"),
    SECONDS("seconds");

    private final String label;

    Unit(String label) {
        this.label = label;
    }

    /** The unit of this label, if there is one. */
    public static Optional<Unit> of(String label) {
        return Arrays.stream(values()).filter(unit -> unit.label.equals(label)).findFirst();
    }

    /** As it is written in an alert and in the documents. */
    public String label() {
        return label;
    }

    /** Whether nothing is a value, 0, and not the want of one. */
    public boolean countsToZero() {
        return this == COUNT || this == PER_MINUTE;
    }

    /** The value with its unit, for a person. */
    public String text(double value) {
        return switch (this) {
            case SHARE -> String.format(Locale.ROOT, "%.0f %%", value * 100);
            case COUNT -> String.format(Locale.ROOT, "%,.0f", value);
            case PER_MINUTE -> String.format(Locale.ROOT, "%,.1f a minute", value);
            case SECONDS -> String.format(Locale.ROOT, "%,.1f s", value);
        };
    }
}
