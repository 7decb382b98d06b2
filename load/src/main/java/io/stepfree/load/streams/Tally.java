package io.stepfree.load.streams;

import java.util.ArrayList;
import java.util.List;

/**
 * What was told of one scan against what happened to it: step 0 is its acceptance, and then it is
 * dispatched (1, 3, 5 …) and retried (2, 4, 6 …) in turns until it is cancelled. For one thread.
 */
final class Tally {

    private final List<Double> delays = new ArrayList<>();
    private long step = -1;
    private long events;
    private long missed;
    private long doubled;
    private boolean ended;

    /** The step that an event or a status speaks of. */
    static long step(String name, int attempt) {
        return switch (name) {
            case "accepted" -> 0;
            case "dispatched" -> 2L * attempt - 1;
            case "retrying" -> 2L * attempt;
            default -> throw new IllegalArgumentException("nothing is " + name + " here");
        };
    }

    /** A state may tell of any step that is no earlier than what was told before. */
    void state(String status, int attempt) {
        long told = step(status, attempt);
        if (told < step) {
            doubled++;
        }
        step = Math.max(step, told);
    }

    /** How long an event was on its way to a client that was there. */
    void delay(double millis) {
        delays.add(millis);
    }

    void event(String name, int attempt) {
        events++;
        long told = step(name, attempt);
        if (told <= step) {
            doubled++;
        } else {
            missed += told - step - 1;
            step = told;
        }
    }

    /**
     * It was cancelled after so many steps.
     *
     * @param last the last step before
     */
    void end(long last) {
        events++;
        if (ended) {
            doubled++;
        }
        missed += Math.max(0, last - step);
        step = Math.max(step, last);
        ended = true;
    }

    List<Double> delays() {
        return delays;
    }

    long events() {
        return events;
    }

    long missed() {
        return missed;
    }

    long doubled() {
        return doubled;
    }

    boolean ended() {
        return ended;
    }
}
