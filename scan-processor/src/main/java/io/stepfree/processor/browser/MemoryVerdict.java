package io.stepfree.processor.browser;

import java.util.List;

/** What is to be done about the memory that a browser takes. */
sealed interface MemoryVerdict {

    /** Of the whole process tree, in bytes. */
    long total();

    /**
     * Nothing.
     *
     * @param room how much more it may take until something is to be done, in bytes
     */
    record Fine(long total, long room) implements MemoryVerdict {}

    /** The process of one page has taken more than a page may, and is to be ended by itself. */
    record EndPage(long total, ProcessMemory page) implements MemoryVerdict {}

    /**
     * No further scan may begin in it.
     *
     * @param room how much more it may take until it is killed, in bytes
     */
    record Drain(long total, long room) implements MemoryVerdict {}

    /** The browser is to be killed with all its scans: the machine comes first. */
    record Kill(long total) implements MemoryVerdict {}

    static MemoryVerdict of(List<ProcessMemory> processes, BrowserLimits limits) {
        long total = processes.stream().mapToLong(ProcessMemory::bytes).sum();
        ProcessMemory largest = new ProcessMemory(0, 0, true);
        for (ProcessMemory process : processes) {
            if (process.page() && process.bytes() > largest.bytes()) {
                largest = process;
            }
        }
        // The guilty one first: with it gone the others may well have room enough.
        if (largest.bytes() > limits.pageMemory()) {
            return new EndPage(total, largest);
        }
        if (total > limits.lethalMemory()) {
            return new Kill(total);
        }
        long roomOfPage = limits.pageMemory() - largest.bytes();
        if (total > limits.memory()) {
            return new Drain(total, Math.min(roomOfPage, limits.lethalMemory() - total));
        }
        return new Fine(total, Math.min(roomOfPage, limits.memory() - total));
    }
}
