package io.stepfree.gateway.admission;

import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The times that a cron expression names by the clocks of a time zone. When clocks are set forward,
 * a time that they leave out is due at the moment at which they are; when they are set back, a time
 * that comes twice is due once, the first time, unless the expression goes on in the second hour by
 * itself, as one for every ten minutes does. Immutable and thread-safe.
 */
public final class Timetable {

    private static final int LONGEST = 100;

    /** Digits, names of months and days, and what is between them; nothing else is looked at. */
    private static final Pattern FORM =
            Pattern.compile("[0-9A-Za-z*,/-]+(?: +[0-9A-Za-z*,/-]+){4}");

    /** 29 February comes every four years, and every eight around 2100. */
    private static final Duration FAR = Duration.ofDays(9 * 366L);

    /** So many times show how close the minutes of an expression come to each other. */
    private static final int SAMPLE = 200;

    private static final Instant ANY_MIDNIGHT = Instant.parse("2026-01-01T00:00:00Z");

    private final CronSchedule here;
    private final CronSchedule byTheHands;
    private final ZoneRules rules;

    private Timetable(String cron, ZoneId zone) {
        this.here = new CronSchedule(cron, zone, CronStyle.UNIX);
        this.byTheHands = new CronSchedule(cron, ZoneOffset.UTC, CronStyle.UNIX);
        this.rules = zone.getRules();
    }

    /**
     * @param cron five fields, as in crontab(5)
     * @param zone a name of the IANA time zone database, see {@link #isZone}
     * @throws IllegalArgumentException whose message tells what is wrong with the expression
     */
    public static Timetable of(String cron, String zone) {
        if (cron.length() > LONGEST || !FORM.matcher(cron).matches()) {
            throw new IllegalArgumentException(
                    "must be five fields as in crontab, minute, hour, day, month and weekday, such as 30 3 * * 1-5, in at most %d characters"
                            .formatted(LONGEST));
        }
        var timetable = new Timetable(cron, ZoneId.of(zone));
        if (timetable.next(Instant.now()).isEmpty()) {
            throw new IllegalArgumentException("names no time that ever comes");
        }
        return timetable;
    }

    /** Whether clocks go by this name anywhere. */
    public static boolean isZone(String name) {
        return ZoneId.getAvailableZoneIds().contains(name);
    }

    /** The first time after a moment; empty when there is none for years. */
    public Optional<Instant> next(Instant after) {
        Instant next = next(here, after);
        if (next.isAfter(after.plus(FAR))) {
            return Optional.empty();
        }
        for (ZoneOffsetTransition change = rules.nextTransition(after);
                change != null && change.getInstant().isBefore(next);
                change = rules.nextTransition(change.getInstant())) {
            if (change.isGap() && leavesOut(change)) {
                return Optional.of(change.getInstant());
            }
        }
        return Optional.of(next);
    }

    /** The library passes over what clocks leave out; a night's scan would not be made. */
    private boolean leavesOut(ZoneOffsetTransition gap) {
        Instant from = gap.getDateTimeBefore().toInstant(ZoneOffset.UTC);
        Instant to = gap.getDateTimeAfter().toInstant(ZoneOffset.UTC);
        return next(byTheHands, from.minusNanos(1)).isBefore(to);
    }

    /** The shortest time from one to the next, where clocks are not set. */
    public Duration leastInterval() {
        Duration least = FAR;
        Instant time = next(byTheHands, ANY_MIDNIGHT);
        for (int i = 0; i < SAMPLE && time.isBefore(ANY_MIDNIGHT.plus(FAR)); i++) {
            Instant following = next(byTheHands, time);
            Duration interval = Duration.between(time, following);
            least = interval.compareTo(least) < 0 ? interval : least;
            time = following;
        }
        return least;
    }

    private static Instant next(CronSchedule schedule, Instant after) {
        return schedule.getNextExecutionTime(ExecutionComplete.simulatedSuccess(after));
    }
}
