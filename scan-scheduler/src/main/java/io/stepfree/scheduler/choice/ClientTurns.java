package io.stepfree.scheduler.choice;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers how much each client was served of late, so that the one that got least goes next. What
 * was served a minute ago counts half. Not thread-safe.
 */
final class ClientTurns {

    private static final Duration HALF_LIFE = Duration.ofMinutes(1);
    private static final double NOTHING = 0.01;
    private static final int LOOK_FOR_STRANGERS = 10_000;

    private final Map<String, Served> clients = new HashMap<>();

    private record Served(double scans, Instant at) {
        double by(Instant now) {
            double halves = (double) Duration.between(at, now).toMillis() / HALF_LIFE.toMillis();
            return scans * Math.pow(0.5, Math.max(0, halves));
        }
    }

    /** How many scans of this client were dispatched of late, older ones counting less. */
    double served(String client, Instant now) {
        Served served = clients.get(client);
        return served == null ? 0 : served.by(now);
    }

    void serve(String client, Instant now) {
        clients.put(client, new Served(served(client, now) + 1, now));
        if (clients.size() > LOOK_FOR_STRANGERS) {
            clients.values().removeIf(one -> one.by(now) < NOTHING);
        }
    }
}
