package io.stepfree.gateway.cache;

import java.time.Duration;
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
                public void remove(String key) {
                    // Nothing is there.
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

    /** Forgets it; does not wait for that. */
    void remove(String key);

    @Override
    void close();
}
