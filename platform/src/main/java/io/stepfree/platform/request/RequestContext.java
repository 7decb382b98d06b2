package io.stepfree.platform.request;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The request that the current thread works for. Bound for the length of one piece of work and
 * inherited by nothing else, so it cannot leak into the next one; log lines written meanwhile carry
 * it.
 */
public final class RequestContext {

    private static final ScopedValue<RequestId> CURRENT = ScopedValue.newInstance();
    private static final String REQUEST_KEY = "requestId";
    private static final String SCAN_KEY = "scanId";
    private static final String ATTEMPT_KEY = "attempt";
    private static final String CLIENT_KEY = "client";

    /** Work that may throw {@code X}. */
    @FunctionalInterface
    public interface Work<X extends Exception> {
        void run() throws X;
    }

    private RequestContext() {}

    /**
     * A scan as log lines name it.
     *
     * @param client whom it belongs to
     */
    public record AttemptedScan(String scanId, int attempt, String client) {}

    /** Does the work with this request bound, which is an attempt at a scan. */
    public static <X extends Exception> void runAttempt(
            RequestId id, AttemptedScan scan, Work<X> work) throws X {
        RequestContext.<X>run(
                id,
                scan.scanId(),
                () -> {
                    MDC.put(ATTEMPT_KEY, Integer.toString(scan.attempt()));
                    MDC.put(CLIENT_KEY, scan.client());
                    work.run();
                });
    }

    /** Does the work with this request bound; {@code scanId} is null where no scan is known yet. */
    public static <X extends Exception> void run(
            RequestId id, @Nullable String scanId, Work<X> work) throws X {
        Map<String, String> outer = MDC.getCopyOfContextMap();
        MDC.put(REQUEST_KEY, id.value());
        if (scanId != null) {
            MDC.put(SCAN_KEY, scanId);
        }
        try {
            ScopedValue.where(CURRENT, id)
                    .<@Nullable Object, X>call(() -> {
                        work.run();
                        return null;
                    });
        } finally {
            MDC.setContextMap(outer == null ? Map.of() : outer);
        }
    }

    /** The request that the current thread works for, if it works for one. */
    public static Optional<RequestId> current() {
        return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
    }
}
