package io.stepfree.gateway.edge;

import io.stepfree.platform.problem.ProblemType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log of something that is down: once when it begins and then now and again, because
 * every request meets it. The requests in between are told at DEBUG. Thread-safe.
 */
final class OutageLog {

    private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final Map<ProblemType, Long> lastTold = new ConcurrentHashMap<>();

    void tell(ProblemType type, String reason) {
        // Reasons of the database come with the statement in further lines.
        String line = reason.lines().findFirst().orElse("");
        if (due(type, System.nanoTime())) {
            LOG.warn("{}: {}", type.title(), line);
        } else {
            LOG.debug("{}: {}", type.title(), line);
        }
    }

    private boolean due(ProblemType type, long now) {
        Long last = lastTold.get(type);
        if (last == null) {
            return lastTold.putIfAbsent(type, now) == null;
        }
        return now - last >= PAUSE.toNanos() && lastTold.replace(type, last, now);
    }
}
