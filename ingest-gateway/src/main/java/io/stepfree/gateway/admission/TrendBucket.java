package io.stepfree.gateway.admission;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;

/** How long the times are that are counted together. They are of UTC, and weeks are of ISO 8601. */
public enum TrendBucket {
    DAY(Period.ofDays(1), Period.ofDays(29)),
    WEEK(Period.ofWeeks(1), Period.ofWeeks(25)),
    MONTH(Period.ofMonths(1), Period.ofMonths(11));

    private final Period length;
    private final Period usual;

    TrendBucket(Period length, Period usual) {
        this.length = length;
        this.usual = usual;
    }

    /** As it is written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The first day of the one that a day is in. */
    public LocalDate first(LocalDate day) {
        return switch (this) {
            case DAY -> day;
            case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case MONTH -> day.withDayOfMonth(1);
        };
    }

    /** The first day of the next one. */
    public LocalDate next(LocalDate first) {
        return first.plus(length);
    }

    /** Where a trend begins that nobody said a beginning for. */
    LocalDate usualFrom(LocalDate last) {
        return first(last.minus(usual));
    }
}
