package io.stepfree.gateway.audit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.gateway.access.Caller;
import io.stepfree.gateway.admission.ScanIds;
import io.stepfree.platform.database.SqlStates;
import io.stepfree.platform.problem.FieldError;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down who changed what. Each change is a line of the log at once, and a row of the table a
 * moment later, so that nobody waits for the database and an outage of it loses nothing: the rows
 * wait, up to a bound, and what does not fit or is still waiting when the process dies is in the
 * log. Thread-safe; closing it writes what waits, for some seconds at most.
 */
final class AuditTrail implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AuditTrail.class);

    private static final int MOST_WAITING = 10_000;
    private static final int AT_ONCE = 100;
    private static final int LONGEST_TEXT = 500;
    private static final Duration BEFORE_ANOTHER_TRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);

    /** Or a key that may not do something could fill the table by asking for it again and again. */
    private static final Duration BETWEEN_REFUSALS = Duration.ofMinutes(1);

    private final AuditStore store;
    private final InstantSource clock;
    private final ScanIds ids = new ScanIds();
    private final BlockingQueue<AuditEntry> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final Cache<Refusal, Boolean> refusals =
            Caffeine.newBuilder()
                    .maximumSize(MOST_WAITING)
                    .expireAfterWrite(BETWEEN_REFUSALS)
                    .build();
    private final Thread writer;
    private volatile boolean closed;

    private record Refusal(String client, String caller, String action, int status) {}

    AuditTrail(AuditStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("audit").start(this::write);
    }

    /**
     * Notes one change; of refusals of the same kind one a minute.
     *
     * @param action the method and the route
     * @param target the path and the query
     * @param made where what it made can be found
     * @param status of the answer
     */
    void tell(
            Caller caller,
            String action,
            String target,
            @Nullable String made,
            int status,
            String requestId) {
        var entry =
                new AuditEntry(
                        ids.next(clock.instant()),
                        clock.instant(),
                        caller.client(),
                        shortened(caller.name()),
                        action,
                        shortened(target),
                        made == null ? null : shortened(made),
                        status,
                        requestId);
        if (entry.isRefused()
                && refusals.asMap()
                                .putIfAbsent(
                                        new Refusal(caller.client(), caller.name(), action, status),
                                        true)
                        != null) {
            return;
        }
        log.info(
                "audit: {} of {}: {} {}{}: {} {}",
                entry.caller(),
                entry.client(),
                action.substring(0, action.indexOf(' ')),
                entry.target(),
                made == null ? "" : " made " + entry.made(),
                entry.outcome(),
                status);
        if (!waiting.offer(entry)) {
            log.warn("audit: the line before is in this log only; too many rows wait");
        }
    }

    private static String shortened(String text) {
        String printable = FieldError.printableText(text);
        return printable.length() <= LONGEST_TEXT
                ? printable
                : printable.substring(0, LONGEST_TEXT) + "…";
    }

    private void write() {
        var batch = new ArrayList<AuditEntry>();
        try {
            while (!closed || !waiting.isEmpty() || !batch.isEmpty()) {
                fill(batch);
                if (!batch.isEmpty() && isWritten(batch)) {
                    batch.clear();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!batch.isEmpty() || !waiting.isEmpty()) {
            log.warn(
                    "audit: {} rows could not be written and are in this log only",
                    batch.size() + waiting.size());
        }
    }

    /* Those of before are tried first, together with those that came since. */
    private void fill(List<AuditEntry> batch) throws InterruptedException {
        if (batch.isEmpty()) {
            AuditEntry first = waiting.poll(BEFORE_ANOTHER_TRY.toMillis(), TimeUnit.MILLISECONDS);
            if (first == null) {
                return;
            }
            batch.add(first);
        }
        waiting.drainTo(batch, AT_ONCE - batch.size());
    }

    private boolean isWritten(List<AuditEntry> batch) throws InterruptedException {
        try {
            store.add(batch);
            return true;
        } catch (RuntimeException e) {
            if (isRefusal(e)) {
                batch.forEach(this::writeAlone);
                return true;
            }
            log.debug("audit: {} rows are written later: {}", batch.size(), e.toString());
            Thread.sleep(BEFORE_ANOTHER_TRY);
            return false;
        }
    }

    /* One that PostgreSQL will never take must not hold up the others. */
    private void writeAlone(AuditEntry entry) {
        try {
            store.add(List.of(entry));
        } catch (RuntimeException e) {
            log.warn(
                    "audit: the row of request {} could not be written and is in this log only",
                    entry.requestId(),
                    e);
        }
    }

    private static boolean isRefusal(RuntimeException e) {
        return e instanceof JdbiException
                && !(e instanceof ConnectionException)
                && SqlStates.of(e).isPresent()
                && !SqlStates.tellOutage(e);
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!writer.join(LONGEST_END)) {
                writer.interrupt();
                writer.join(BEFORE_ANOTHER_TRY);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
