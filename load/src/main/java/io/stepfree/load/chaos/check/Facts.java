package io.stepfree.load.chaos.check;

import io.stepfree.load.chaos.driver.DriverEntry;
import io.stepfree.load.chaos.driver.DriverEntry.Kind;
import io.stepfree.load.chaos.evidence.Evidence;
import io.stepfree.load.chaos.evidence.Evidence.Command;
import io.stepfree.load.chaos.evidence.Evidence.Dead;
import io.stepfree.load.chaos.evidence.Evidence.Event;
import io.stepfree.load.chaos.evidence.Evidence.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is known of each life of each scan: that it was accepted, its events in their order, and how
 * it ended.
 */
final class Facts {

    /** The status of an answer that promises a scan. */
    static final int ACCEPTED = 202;

    private final Evidence evidence;
    private final Map<String, Course> courses;
    private final Map<Life, Command> accepted = new LinkedHashMap<>();
    private final Map<Life, List<Result>> results;
    private final Map<Life, List<Dead>> deadLetters;

    Facts(Evidence evidence) {
        this.evidence = evidence;
        Map<String, List<Event>> events =
                evidence.events().stream().collect(Collectors.groupingBy(Event::scanId));
        this.courses = new HashMap<>();
        events.forEach((scanId, all) ->
                courses.put(
                        scanId,
                        Course.of(
                                scanId,
                                all.stream()
                                        .sorted(
                                                Comparator.comparingLong(
                                                        event -> event.position().offset()))
                                        .toList())));
        for (Command command : evidence.commands()) {
            if (command.kind().equals("SUBMIT")) {
                accepted.putIfAbsent(new Life(command.scanId(), command.replays()), command);
            }
        }
        this.results =
                evidence.results().stream()
                        .collect(
                                Collectors.groupingBy(
                                        result -> new Life(result.scanId(), result.replays())));
        this.deadLetters =
                evidence.deadLetters().stream()
                        .collect(
                                Collectors.groupingBy(
                                        dead -> new Life(dead.scanId(), dead.replays())));
    }

    Evidence evidence() {
        return evidence;
    }

    /** The courses of all scans, by id. */
    Map<String, Course> courses() {
        return courses;
    }

    /** The accepted lives, each with the submit that began it. */
    Map<Life, Command> accepted() {
        return accepted;
    }

    Map<Life, List<Result>> results() {
        return results;
    }

    Map<Life, List<Dead>> deadLetters() {
        return deadLetters;
    }

    Course course(Life life) {
        return courses.getOrDefault(life.scanId(), Course.of(life.scanId(), List.of()));
    }

    /** What the topics that carry ends say; that the events say the same is a clause of its own. */
    List<String> ends(Life life) {
        var ends = new ArrayList<String>();
        results.getOrDefault(life, List.of()).forEach(_ -> ends.add("result"));
        deadLetters.getOrDefault(life, List.of()).forEach(_ -> ends.add("dead letter"));
        course(life).ends(life).stream()
                .filter(end -> end.equals("CANCELLED"))
                .forEach(_ -> ends.add("cancelled"));
        return ends;
    }

    /** The last life of each scan, by id. */
    Map<String, Life> newestLives() {
        Map<String, Life> newest = new HashMap<>();
        accepted.keySet()
                .forEach(life ->
                        newest.merge(
                                life.scanId(),
                                life,
                                (one, other) -> one.replays() > other.replays() ? one : other));
        return newest;
    }

    /** The scans whose client was told that they were accepted. */
    Set<String> answered() {
        return driver(Kind.SUBMIT_ANSWERED).stream()
                .filter(entry -> entry.status() == ACCEPTED)
                .map(entry -> String.valueOf(entry.scanId()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What the driver wrote down of that kind. */
    List<DriverEntry> driver(Kind kind) {
        return evidence.driver().stream().filter(entry -> entry.kind() == kind).toList();
    }
}
