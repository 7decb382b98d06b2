package io.stepfree.processor.browser;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the memory of one browser every two seconds, and the more often the less room is left,
 * so that a page which takes what it can get is stopped before the machine feels it; and has the
 * pages that it sees {@linkplain Chrome#keepApart kept apart} on the processor. Runs until it is
 * interrupted. Where the machine does not tell the memory of processes it says so once and does
 * nothing.
 */
final class MemoryWatch implements Runnable {

    /** What is done about a verdict. */
    interface Consequences {

        /** The last look found so many bytes. */
        void measured(long bytes);

        /**
         * No further scan may begin.
         *
         * @return false when that would be of no use yet
         */
        boolean drain(String why);

        /** The browser ends with all its scans. */
        void kill(String why);
    }

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration SHARE_INTERVAL = Duration.ofSeconds(10);

    /** No process has this number. */
    private static final long NOBODY = 0;

    /** In bytes a second: faster than a page was ever seen to fill memory on one core. */
    private static final long GROWTH = 512L << 20;

    private static final AtomicBoolean SAID_OFF = new AtomicBoolean();
    private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);

    private final Chrome chrome;
    private final BrowserLimits limits;
    private final Consequences consequences;
    private boolean draining;
    private boolean failed;
    private long ofFiles;
    private long lastShare = System.nanoTime() - SHARE_INTERVAL.toNanos();

    MemoryWatch(Chrome chrome, BrowserLimits limits, Consequences consequences) {
        this.chrome = chrome;
        this.limits = limits;
        this.consequences = consequences;
    }

    @Override
    public void run() {
        if (!ProcessMemory.isTold()) {
            if (!SAID_OFF.getAndSet(true)) {
                LOG.warn(
                        "This machine does not tell the memory of processes: stepfree.browser.max-memory is not watched");
            }
            return;
        }
        try {
            while (chrome.isAlive()) {
                Thread.sleep(pause(room()));
            }
        } catch (InterruptedException _) {
            // The browser has ended.
        }
    }

    /** A look that fails must not be the last one, nor fill the log where all of them do. */
    private long room() {
        try {
            return act(look());
        } catch (RuntimeException e) {
            if (!failed) {
                failed = true;
                LOG.warn(
                        "The memory of the browser could not be looked at; it is tried again, and not told again",
                        e);
            }
            return 0;
        }
    }

    /**
     * The proportional share is dear, since the kernel walks all pages of a process for it. So it
     * is asked for now and then, and before anything is done; in between what the processes have of
     * their own tells enough, with what files added to it the last time.
     */
    private MemoryVerdict look() {
        List<Long> members = chrome.processes().members();
        List<ProcessMemory> own = each(members, ProcessMemory::ownOf);
        chrome.keepApart(own.stream().filter(ProcessMemory::page).map(ProcessMemory::pid).toList());
        if (System.nanoTime() - lastShare < SHARE_INTERVAL.toNanos()) {
            var estimate = new ArrayList<>(own);
            estimate.add(new ProcessMemory(NOBODY, ofFiles, false));
            MemoryVerdict verdict = MemoryVerdict.of(estimate, limits);
            if (verdict instanceof MemoryVerdict.Fine) {
                return verdict;
            }
        }
        List<ProcessMemory> share = each(members, ProcessMemory::shareOf);
        ofFiles = Math.max(0, sum(share) - sum(own));
        lastShare = System.nanoTime();
        return MemoryVerdict.of(share, limits);
    }

    private static List<ProcessMemory> each(
            List<Long> members, Function<Long, Optional<ProcessMemory>> measure) {
        return members.stream().flatMap(pid -> measure.apply(pid).stream()).toList();
    }

    private static long sum(List<ProcessMemory> processes) {
        return processes.stream().mapToLong(ProcessMemory::bytes).sum();
    }

    /**
     * @return the room that is left
     */
    private long act(MemoryVerdict verdict) {
        consequences.measured(verdict.total());
        return switch (verdict) {
            case MemoryVerdict.Fine fine -> fine.room();
            case MemoryVerdict.EndPage(long _, ProcessMemory page) -> {
                String why =
                        "The page took %s of memory; it may take %s"
                                .formatted(megabytes(page.bytes()), megabytes(limits.pageMemory()));
                LOG.warn("Ending process {} of Chrome: {}", page.pid(), why);
                chrome.endPage(page.pid(), why);
                yield 0;
            }
            case MemoryVerdict.Drain drain -> {
                if (!draining) {
                    draining =
                            consequences.drain(
                                    "it takes %s of memory, more than stepfree.browser.max-memory=%s"
                                            .formatted(
                                                    megabytes(drain.total()),
                                                    megabytes(limits.memory())));
                }
                yield drain.room();
            }
            case MemoryVerdict.Kill(long total) -> {
                consequences.kill(
                        "The browser took %s of memory, more than the %s at which it is killed"
                                .formatted(megabytes(total), megabytes(limits.lethalMemory())));
                yield 0;
            }
        };
    }

    static Duration pause(long room) {
        Duration time = Duration.ofMillis(room / (GROWTH / 1_000));
        if (time.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return time.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : time;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%dMB", bytes >> 20);
    }
}
