package io.stepfree.platform.erasure;

/**
 * What a process remembers of clients beside its database, such as a cache. Each instance of the
 * service is told of an erasure by itself, so that nothing of it is shown any more. Must not block,
 * and be thread-safe.
 */
@FunctionalInterface
public interface ClientMemory {

    /** Forgets what the erasure covers, and believes none of it that comes from elsewhere later. */
    void forget(Erasure erasure);
}
