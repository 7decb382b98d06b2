package io.stepfree.load.chaos.check;

import io.stepfree.load.chaos.evidence.Evidence.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The course of one scan as scan.events tells it, and every step in it that is not allowed:
 *
 * <pre>
 *  ACCEPTED ─▶ DISPATCHED ─▶ COMPLETED ─▶ REPORT_PUBLISHED
 *                 ▲  │  └──▶ DEAD_LETTERED ─▶ ACCEPTED (the next life)
 *                 │  ▼
 *               RETRYING          CANCELLED from any of ACCEPTED, DISPATCHED, RETRYING
 * </pre>
 */
final class Course {

    private final String scanId;
    private final List<String> wrong = new ArrayList<>();
    private final Map<Life, Integer> lastDispatched = new HashMap<>();
    private final Map<Life, List<String>> ends = new HashMap<>();
    private String state = "";
    private int attempt;
    private int replays = -1;

    private Course(String scanId) {
        this.scanId = scanId;
    }

    /**
     * @param events of one scan, in their order
     */
    static Course of(String scanId, List<Event> events) {
        var course = new Course(scanId);
        events.forEach(course::take);
        return course;
    }

    /** The steps that are not allowed, a line each. */
    List<String> wrong() {
        return wrong;
    }

    /** How this life ended, by what was told; more than one is a breach. */
    List<String> ends(Life life) {
        return ends.getOrDefault(life, List.of());
    }

    /** The attempt that was last handed out in this life. */
    Optional<Integer> lastDispatched(Life life) {
        return Optional.ofNullable(lastDispatched.get(life));
    }

    private void take(Event event) {
        switch (event.kind()) {
            case "ACCEPTED" -> {
                allow(
                        event,
                        replays < 0 ? event.replays() == 0 : event.replays() == replays + 1,
                        "",
                        "DEAD_LETTERED");
                replays = event.replays();
                state = event.kind();
                attempt = event.attempt();
            }
            case "DISPATCHED" -> {
                allow(event, event.attempt() == attempt + 1, "ACCEPTED", "RETRYING");
                attempt = event.attempt();
                lastDispatched.put(life(), attempt);
                state = event.kind();
            }
            case "RETRYING" -> {
                allow(event, event.attempt() == attempt, "DISPATCHED");
                state = event.kind();
            }
            case "COMPLETED", "DEAD_LETTERED" -> {
                allow(event, event.attempt() == attempt, "DISPATCHED");
                end(event);
            }
            case "CANCELLED" -> {
                allow(event, event.attempt() == attempt, "ACCEPTED", "DISPATCHED", "RETRYING");
                end(event);
            }
            // Told by another service; it may come twice with equal content after a crash.
            case "REPORT_PUBLISHED" -> {
                if (!state.equals("COMPLETED")) {
                    wrong.add("%s: REPORT_PUBLISHED while it was %s".formatted(scanId, state));
                }
            }
            case "OVERDUE" -> {
                // Says that it takes long, moves nothing.
            }
            default -> wrong.add("%s: an event of kind %s".formatted(scanId, event.kind()));
        }
    }

    private void end(Event event) {
        ends.computeIfAbsent(life(), _ -> new ArrayList<>()).add(event.kind());
        state = event.kind();
    }

    private Life life() {
        return new Life(scanId, Math.max(replays, 0));
    }

    private void allow(Event event, boolean number, String... from) {
        if (!List.of(from).contains(state) || !number) {
            wrong.add(
                    "%s: %s of attempt %d (replays %d) after %s of attempt %d (replays %d), at %s-%d@%d"
                            .formatted(
                                    scanId,
                                    event.kind(),
                                    event.attempt(),
                                    event.replays(),
                                    state.isEmpty() ? "nothing" : state,
                                    attempt,
                                    replays,
                                    event.position().topic(),
                                    event.position().partition(),
                                    event.position().offset()));
        }
    }
}
