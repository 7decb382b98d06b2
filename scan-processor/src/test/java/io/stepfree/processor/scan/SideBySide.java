package io.stepfree.processor.scan;

import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.function.Executable;

/** Checks cases that do not depend on each other a few at a time, as a worker's slots do scans. */
public final class SideBySide {

    private static final int SLOTS = 3;

    /** What is checked of one case. */
    @FunctionalInterface
    public interface Check<T> {
        void of(T one) throws Exception;
    }

    private SideBySide() {}

    /** Fails with every case that failed, each by its name, once all have been checked. */
    public static <T> void each(List<T> cases, Check<T> check) {
        all(
                cases.stream()
                        .map(one ->
                                (Executable)
                                        () -> {
                                            try {
                                                check.of(one);
                                            } catch (Exception | AssertionError e) {
                                                throw new AssertionError(
                                                        "%s: %s".formatted(one, e), e);
                                            }
                                        })
                        .toList());
    }

    /** Fails with all that failed, once everything has ended. */
    static void all(Executable... checks) {
        all(List.of(checks));
    }

    private static void all(List<Executable> checks) {
        try (var slots = Executors.newFixedThreadPool(SLOTS, Thread.ofVirtual().factory())) {
            List<CompletableFuture<Void>> ends =
                    checks.stream().map(check -> begin(check, slots)).toList();
            assertAll(ends.stream().map(SideBySide::outcome));
        }
    }

    private static CompletableFuture<Void> begin(Executable check, Executor slots) {
        var end = new CompletableFuture<Void>();
        slots.execute(() -> {
            try {
                check.execute();
                end.complete(null);
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    /** As it would be had it been checked right here. */
    private static Executable outcome(CompletableFuture<Void> end) {
        return () -> {
            try {
                end.get();
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        };
    }
}
