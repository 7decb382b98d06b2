package io.stepfree.reports.shelf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Flushes folders to the disk: what was moved into one is there after a power cut once it was.
 * Those who ask for the same folder while one flush runs share the next. Thread-safe.
 */
final class FolderFlushes {

    private final ConcurrentMap<Path, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();
    private final ReentrantLock turn = new ReentrantLock();

    /**
     * Returns when all that was in the folder before the call is on the disk.
     *
     * @throws IOException when the disk refuses
     */
    void flush(Path folder) throws IOException {
        var own = new CompletableFuture<Void>();
        var next = waiting.putIfAbsent(folder, own);
        if (next != null) {
            join(next);
            return;
        }
        turn.lock();
        try {
            // Who comes from here on may have changed something that this flush does not see.
            waiting.remove(folder, own);
            flushAlone(folder);
            own.complete(null);
        } catch (IOException | RuntimeException e) {
            own.completeExceptionally(e);
            throw e;
        } finally {
            turn.unlock();
        }
    }

    /** For a folder that nobody else asks for. */
    static void flushAlone(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void join(CompletableFuture<Void> flush) throws IOException {
        try {
            flush.join();
        } catch (CompletionException e) {
            // Of another thread: with that one's trace alone nobody would know who waited.
            throw new IOException("a folder could not be flushed: " + e.getCause(), e.getCause());
        }
    }
}
