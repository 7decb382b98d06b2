package io.stepfree.load.chaos.nemesis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is to be broken when: the same seed gives the same list.
 *
 * @param steps in the order of their time
 */
public record Schedule(List<Step> steps) {

    private static final int TWO_AT_ONCE_PERCENT = 20;

    /**
     * Faults that begin together.
     *
     * @param after the beginning
     */
    public record Step(Duration after, List<Fault> faults) {}

    public Schedule {
        steps = List.copyOf(steps);
    }

    /**
     * Draws from a deck that holds every fault there is and is shuffled anew each time it is used
     * up, so that none is left to luck.
     *
     * @param time in which faults begin
     * @param pause from one step to the next, on average
     */
    public static Schedule drawn(long seed, Duration time, Duration pause) {
        var random = new SplittableRandom(seed);
        var steps = new ArrayList<Step>();
        Deque<Fault> deck = new ArrayDeque<>();
        long at = pause.toMillis() / 2;
        while (at < time.toMillis()) {
            var faults = new ArrayList<Fault>();
            faults.add(next(deck, random));
            if (random.nextInt(100) < TWO_AT_ONCE_PERCENT) {
                faults.add(next(deck, random));
            }
            steps.add(new Step(Duration.ofMillis(at), faults));
            at += pause.toMillis() / 2 + random.nextLong(pause.toMillis());
        }
        return new Schedule(steps);
    }

    /** Workers killed in turn, each while it has a scan, with time to come back in between. */
    public static Schedule workerKills() {
        var steps = new ArrayList<Step>();
        for (int i = 0; i < 6; i++) {
            steps.add(step(5 + 20 * i, Fault.kill(i % 2 == 0 ? Target.WORKER_1 : Target.WORKER_2)));
        }
        return new Schedule(steps);
    }

    public static Schedule brokerOutage() {
        return new Schedule(List.of(step(20, Fault.of(FaultKind.OUTAGE, Target.BROKER, 30))));
    }

    public static Schedule databaseOutage() {
        return new Schedule(List.of(step(20, Fault.of(FaultKind.OUTAGE, Target.DATABASE, 30))));
    }

    /** What brings a planted bug to light, twice over. */
    public static Schedule against(Bug bug) {
        var steps = new ArrayList<Step>();
        for (int second = 8; second < 50; second += 35) {
            switch (bug) {
                case ACKNOWLEDGE_BEFORE_PRODUCE ->
                        steps.add(step(second, Fault.of(FaultKind.OUTAGE, Target.BROKER, 15)));
                case NO_FENCING ->
                        steps.add(step(second, Fault.of(FaultKind.FREEZE, Target.WORKERS, 19)));
                case SINK_WITHOUT_UNIQUE_KEY ->
                        // Once there are reports, and with time to come back in between.
                        steps.add(
                                step(
                                        12 + 2 * second,
                                        Fault.of(FaultKind.FORGOTTEN_GROUP, Target.REPORTS, 0)));
                case SHARE_GROUP_AT_LATEST ->
                        steps.add(
                                step(
                                        second,
                                        Fault.of(FaultKind.FORGOTTEN_GROUP, Target.WORKERS, 0)));
                case DEAD_LETTER_AFTER_ACKNOWLEDGE -> {
                    steps.add(step(second, Fault.of(FaultKind.OUTAGE, Target.DATABASE, 30)));
                    steps.add(step(second + 25, Fault.kill(Target.DEAD_LETTERS)));
                }
            }
        }
        return new Schedule(steps);
    }

    private static Step step(int second, Fault... faults) {
        return new Step(Duration.ofSeconds(second), List.of(faults));
    }

    /** How many processes it kills. */
    public int kills() {
        return (int)
                steps.stream().flatMap(step -> step.faults().stream()).filter(Fault::kills).count();
    }

    private static Fault next(Deque<Fault> deck, SplittableRandom random) {
        if (deck.isEmpty()) {
            var fresh = new ArrayList<>(deck(random));
            for (int i = fresh.size() - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                Fault kept = fresh.get(i);
                fresh.set(i, fresh.get(other));
                fresh.set(other, kept);
            }
            deck.addAll(fresh);
        }
        return deck.removeFirst();
    }

    private static List<Fault> deck(SplittableRandom random) {
        var faults = new ArrayList<Fault>();
        for (Target target :
                List.of(
                        Target.GATEWAY,
                        Target.SCHEDULER,
                        Target.WORKER_1,
                        Target.WORKER_2,
                        worker(random),
                        Target.CHROMEDRIVER,
                        Target.CHROME,
                        Target.CHROME,
                        Target.REPORTS,
                        Target.DEAD_LETTERS,
                        Target.BROKER,
                        Target.DATABASE)) {
            faults.add(Fault.kill(target));
        }
        faults.add(Fault.of(FaultKind.OUTAGE, outage(random), 8 + random.nextInt(8)));
        // Longer than the lock of a job, 30 s, and than the sessions of consumers, 10 s.
        faults.add(Fault.of(FaultKind.FREEZE, worker(random), 33 + random.nextInt(8)));
        faults.add(Fault.of(FaultKind.FREEZE, Target.SCHEDULER, 12 + random.nextInt(6)));
        faults.add(Fault.of(FaultKind.FREEZE, frozen(random), 12 + random.nextInt(6)));
        faults.add(Fault.of(FaultKind.FREEZE_THEN_KILL, projector(random), 12));
        faults.add(Fault.of(FaultKind.FORGOTTEN_GROUP, group(random), 0));
        faults.add(Fault.of(FaultKind.FULL_DISK, disk(random), 8 + random.nextInt(5)));
        faults.add(Fault.of(FaultKind.CLOCK_JUMP, jumping(random), 15 + random.nextInt(10)));
        return faults;
    }

    private static Target worker(SplittableRandom random) {
        return random.nextBoolean() ? Target.WORKER_1 : Target.WORKER_2;
    }

    private static Target outage(SplittableRandom random) {
        return random.nextBoolean() ? Target.BROKER : Target.DATABASE;
    }

    private static Target projector(SplittableRandom random) {
        return random.nextBoolean() ? Target.REPORTS : Target.DEAD_LETTERS;
    }

    private static Target group(SplittableRandom random) {
        return random.nextBoolean() ? Target.WORKERS : Target.REPORTS;
    }

    private static Target frozen(SplittableRandom random) {
        return List.of(Target.GATEWAY, Target.REPORTS, Target.DEAD_LETTERS, Target.BROKER)
                .get(random.nextInt(4));
    }

    private static Target disk(SplittableRandom random) {
        return random.nextBoolean() ? Target.REPORT_DISK : Target.STATE_DISK;
    }

    private static Target jumping(SplittableRandom random) {
        return List.of(Target.SCHEDULER, Target.WORKER_1, Target.WORKER_2, Target.GATEWAY)
                .get(random.nextInt(4));
    }
}
