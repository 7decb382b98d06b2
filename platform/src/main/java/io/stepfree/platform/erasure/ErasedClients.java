package io.stepfree.platform.erasure;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Until when each client's submissions are erased, for a {@link ClientMemory} that may be given one
 * of them just after it has forgotten them. Kept until the process ends: there are few, and the
 * database keeps them as well. Thread-safe.
 */
public final class ErasedClients {

    private final Map<String, Instant> until = new ConcurrentHashMap<>();

    /** Remembers an erasure; the latest of a client counts. */
    public void hear(Erasure erasure) {
        until.merge(
                erasure.client(),
                erasure.moment(),
                (one, other) -> one.isAfter(other) ? one : other);
    }

    /** Whether what that client submitted at this moment is erased. */
    public boolean cover(String client, Instant submittedAt) {
        Instant moment = until.get(client);
        return moment != null && !submittedAt.isAfter(moment);
    }
}
