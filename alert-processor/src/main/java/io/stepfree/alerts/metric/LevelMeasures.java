package io.stepfree.alerts.metric;

import io.stepfree.alerts.history.History.Levels;
import io.stepfree.alerts.signal.LatestSignals;
import io.stepfree.alerts.signal.Level;
import io.stepfree.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Measures of what stands at some level: it has to stand there for the whole window. So the reading
 * is the lowest value, and no reason for an alert before there are values for the whole window.
 */
final class LevelMeasures {

    /** The schedulers keep a book for each. */
    private static final double PARTITIONS = Topics.SCAN_REQUESTS.partitions();

    /**
     * Within this time back the capacity counts as the one of now: a restarted worker is no loss.
     */
    private static final Duration NOW = Duration.ofMinutes(1);

    /**
     * A level that was there for a shorter time, as two instances of one worker, is none to lose.
     */
    private static final Duration HELD = Duration.ofSeconds(30);

    /** The second that is being looked at. */
    private static final Duration JUST_NOW = Duration.ofSeconds(1);

    private LevelMeasures() {}

    /** The lowest value of the window. */
    static Measure lowest(String level) {
        return (history, window, now) ->
                history.levels(level, window, now)
                        .map(levels -> Map.of(Measure.WHOLE, lowest(levels, window, now)));
    }

    /** The lowest value of the window, for each level that begins so. */
    static Measure lowestOfEach(String prefix) {
        return (history, window, now) -> {
            var readings = new HashMap<String, Reading>();
            for (String name : history.levelNames(prefix, LatestSignals.SILENCE, now)) {
                history.levels(name, window, now)
                        .ifPresent(levels ->
                                readings.put(
                                        name.substring(prefix.length()),
                                        lowest(levels, window, now)));
            }
            return readings.isEmpty() ? Optional.empty() : Optional.of(readings);
        };
    }

    /**
     * The value of now, for each level that begins so. For what we keep ourselves and always know:
     * what is not told is not there any more.
     */
    static Measure nowOfEach(String prefix) {
        return (history, window, now) -> {
            var readings = new HashMap<String, Reading>();
            for (String name : history.levelNames(prefix, JUST_NOW, now)) {
                history.levels(name, JUST_NOW, now)
                        .ifPresent(levels ->
                                readings.put(
                                        name.substring(prefix.length()),
                                        Reading.ofCount(Math.round(levels.last()))));
            }
            return Optional.of(readings);
        };
    }

    /** By how much it grew a minute, from the oldest value of the window to the newest. */
    static Measure growthPerMinute(String level) {
        return (history, window, now) ->
                history.levels(level, window, now)
                        .map(levels -> {
                            double grown = levels.last() - levels.first();
                            return Map.of(
                                    Measure.WHOLE,
                                    new Reading(
                                            grown * 60 / window.toSeconds(),
                                            samples(levels),
                                            covers(levels, window, now),
                                            true));
                        });
    }

    /**
     * Which share of the most that there was in the window is missing now. What is left at the end
     * of the window counts as all there is to be, but nothing at all never does.
     */
    static Measure lost(String level) {
        return (history, window, now) -> {
            Optional<Levels> best = history.levels(level, window, now);
            Optional<Levels> recent =
                    history.levels(level, window.compareTo(NOW) < 0 ? window : NOW, now);
            if (best.isEmpty() || recent.isEmpty()) {
                return Optional.empty();
            }
            double most = history.highestHeld(level, HELD, window, now);
            double left = recent.get().highest();
            double lost = most == 0 ? 0 : Math.max(0, 1 - left / most);
            return Optional.of(
                    Map.of(
                            Measure.WHOLE,
                            new Reading(
                                    lost,
                                    samples(best.get()),
                                    covers(recent.get(), NOW, now),
                                    left > 0)));
        };
    }

    /**
     * Something of the books, which must be 0. It is an alert at once, and over only when what the
     * schedulers say covers every partition: silence, or a scheduler that does not know yet, is no
     * proof.
     */
    static Measure books(String level, String covers) {
        return (history, window, now) ->
                history.levels(level, window, now)
                        .map(levels -> {
                            double covered =
                                    history.levels(covers, window, now)
                                            .map(Levels::last)
                                            .orElse(0.0);
                            return Map.of(
                                    Measure.WHOLE,
                                    new Reading(
                                            levels.last(),
                                            samples(levels),
                                            true,
                                            covered >= PARTITIONS));
                        });
    }

    /** Since when no attempt has ended, as long as scans wait all the time. */
    static Measure standstill() {
        return (history, window, now) -> {
            Optional<Levels> waiting = history.levels(Level.WAITING, window, now);
            Optional<Levels> since = history.levels(Level.SINCE_ATTEMPT, window, now);
            if (waiting.isEmpty() || since.isEmpty()) {
                return Optional.empty();
            }
            boolean allTheTime = waiting.get().lowest() > 0 && covers(waiting.get(), window, now);
            return Optional.of(
                    Map.of(
                            Measure.WHOLE,
                            Reading.of(
                                    allTheTime ? since.get().last() : 0, samples(waiting.get()))));
        };
    }

    /**
     * Since when nothing was heard of any instance of a service, for each. It is an alert only once
     * others were heard for two windows: whoever begins to listen gives everybody time to speak.
     */
    static Measure silence() {
        return (history, window, now) ->
                history.levels(Level.LISTENING, JUST_NOW, now)
                        .map(listening -> {
                            boolean patient = listening.last() >= 2 * window.toSeconds();
                            var readings = new HashMap<String, Reading>();
                            for (String name :
                                    history.levelNames(Level.SILENCE_OF, JUST_NOW, now)) {
                                history.levels(name, window, now)
                                        .ifPresent(levels ->
                                                readings.put(
                                                        name.substring(Level.SILENCE_OF.length()),
                                                        new Reading(
                                                                levels.last(),
                                                                samples(levels),
                                                                patient,
                                                                true)));
                            }
                            return readings;
                        });
    }

    private static Reading lowest(Levels levels, Duration window, long now) {
        return new Reading(levels.lowest(), samples(levels), covers(levels, window, now), true);
    }

    private static long samples(Levels levels) {
        return levels.lastSecond() - levels.firstSecond() + 1;
    }

    /* Services signal every two seconds, and one that starts is late. */
    private static boolean covers(Levels levels, Duration window, long now) {
        return levels.firstSecond()
                <= now - window.toSeconds() + 1 + LatestSignals.SILENCE.toSeconds();
    }
}
