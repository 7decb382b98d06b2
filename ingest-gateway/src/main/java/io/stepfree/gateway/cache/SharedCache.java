package io.stepfree.gateway.cache;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Results that all gateways share, by their repeat key. Each method takes a bounded time and never
 * fails: where the server does not answer, nothing is there. Thread-safe.
 */
interface SharedCache extends AutoCloseable {

    /** Where there is none. */
    SharedCache NONE =
            new SharedCache() {
                @Override
                public Optional<KnownResult> find(String key) {
                    return Optional.empty();
                }

                @Override
                public void put(String key, KnownResult result, Duration keep) {
                    // It is in the database.
                }

                @Override
                public void remove(Collection<String> keys) {
                    // Nothing is there.
                }

                @Override
                public long removeSomeOf(String client) {
                    return 0;
                }

                @Override
                public long countOf(String client) {
                    return 0;
                }

                @Override
                public void close() {
                    // Nothing is open.
                }
            };

    Optional<KnownResult> find(String key);

    /**
     * @param keep how long it is to stay there
     */
    void put(String key, KnownResult result, Duration keep);

    /** Forgets them; does not wait for that. */
    void remove(Collection<String> keys);

    /** Forgets a bounded number of a client's results; returns how many, 0 where none is left. */
    long removeSomeOf(String client);

    /** How many results of a client are there. */
    long countOf(String client);

    @Override
    void close();
}
