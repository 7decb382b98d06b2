package io.stepfree.platform.request;

import io.stepfree.schemas.ops.OperatorCommand;
import io.stepfree.schemas.scan.DeadLetter;
import io.stepfree.schemas.scan.ScanAttempt;
import io.stepfree.schemas.scan.ScanCommand;
import io.stepfree.schemas.scan.ScanEvent;
import io.stepfree.schemas.scan.ScanJob;
import io.stepfree.schemas.scan.ScanRequest;
import io.stepfree.schemas.scan.ScanResult;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
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

    /** Does the work with this request bound, which a record gives. */
    public static <X extends Exception> void run(RequestId id, SpecificRecord record, Work<X> work)
            throws X {
        RequestContext.<X>run(
                id,
                () -> {
                    concerns(record);
                    work.run();
                });
    }

    /**
     * From here to the end of the piece of work, log lines carry the scan that a record is about,
     * if it is about one.
     */
    public static void concerns(SpecificRecord record) {
        switch (record) {
            case ScanCommand command -> carry(command.getScanId(), 0, client(command.getRequest()));
            case ScanJob job -> carry(job.getRequest(), job.getAttempt());
            case ScanAttempt attempt ->
                    carry(attempt.getScanId(), attempt.getAttempt(), attempt.getClient());
            case ScanResult result -> carry(result.getRequest(), result.getAttempt());
            case DeadLetter letter -> carry(letter.getRequest(), lastAttempt(letter));
            case ScanEvent event ->
                    carry(event.getScanId(), event.getAttempt(), client(event.getRequest()));
            case OperatorCommand order when order.getScanId() != null ->
                    carry(order.getScanId(), 0, "");
            default -> {
                // Of no scan.
            }
        }
    }

    private static int lastAttempt(DeadLetter letter) {
        return letter.getFailures().isEmpty() ? 0 : letter.getFailures().getLast().getAttempt();
    }

    private static String client(@Nullable ScanRequest request) {
        return request == null ? "" : request.getClient();
    }

    private static void carry(ScanRequest request, int attempt) {
        carry(request.getScanId(), attempt, request.getClient());
    }

    private static void carry(String scanId, int attempt, String client) {
        if (!scanId.isEmpty()) {
            MDC.put(SCAN_KEY, scanId);
        }
        if (attempt > 0) {
            MDC.put(ATTEMPT_KEY, Integer.toString(attempt));
        }
        if (!client.isEmpty()) {
            MDC.put(CLIENT_KEY, client);
        }
    }

    /** Does the work with this request bound. */
    public static <X extends Exception> void run(RequestId id, Work<X> work) throws X {
        Map<String, String> outer = MDC.getCopyOfContextMap();
        MDC.put(REQUEST_KEY, id.value());
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
