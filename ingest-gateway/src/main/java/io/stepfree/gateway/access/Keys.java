package io.stepfree.gateway.access;

import io.stepfree.platform.erasure.ClientMemory;
import io.stepfree.platform.erasure.Erasure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys there are. Who bears one is known without asking the database each time, and still while
 * it is down; one that was revoked is refused within {@link Recollection#SERVES}, at this gateway
 * at once. Thread-safe; throws JdbiException when it has to ask the database and that does not
 * answer.
 */
public final class Keys implements ClientMemory {

    private static final Logger log = LoggerFactory.getLogger(Keys.class);

    /** An outage of the database that is longer is one that people look at. */
    private static final Duration KEEP = Duration.ofHours(4);

    private static final Duration BETWEEN_MARKS = Duration.ofMinutes(1);
    private static final HexFormat HEX = HexFormat.of();
    private static final int MOST_MARKED = 10_000;

    private final KeyStore store;
    private final InstantSource clock;
    private final Recollection<String, Optional<KeyRow>> byHash;
    private final Recollection<String, Boolean> any;
    private final Map<String, Long> marked = new ConcurrentHashMap<>();

    public Keys(KeyStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.byHash =
                new Recollection<>(
                        hash -> store.find(HEX.parseHex(hash)), _ -> false, KEEP, System::nanoTime);
        this.any =
                new Recollection<>(_ -> store.any(), Boolean::booleanValue, KEEP, System::nanoTime);
    }

    /** Asks beforehand what the first request would have to wait for. */
    public void prepare() {
        Thread.ofVirtual()
                .name("access")
                .start(() -> {
                    try {
                        log.debug("there are keys: {}", any());
                    } catch (RuntimeException e) {
                        log.debug("whether there are keys is not known yet: {}", e.toString());
                    }
                });
    }

    /** The row of a key that may be used now. */
    Optional<KeyRow> live(ApiKey key) {
        Optional<KeyRow> row =
                byHash.ask(HEX.formatHex(key.hash()))
                        .filter(known -> known.isLive(clock.instant()));
        row.ifPresent(known -> mark(known.id()));
        return row;
    }

    /** Whether a key was ever made. */
    public boolean any() {
        return any.ask("");
    }

    /** A new one; empty when two of this client and name are live already. */
    public Optional<KeyRow> make(KeyStore.NewRow key) {
        Optional<KeyRow> made = store.insert(key);
        any.forget("");
        return made;
    }

    public Optional<KeyRow> find(String id) {
        return uuid(id).flatMap(store::findById);
    }

    public List<KeyRow> list(@Nullable String client, int limit) {
        return store.list(client, limit);
    }

    /** Ends a key for good. */
    public Optional<KeyRow> revoke(String id) {
        Optional<KeyRow> revoked = uuid(id).flatMap(store::revoke);
        byHash.forgetAll();
        return revoked;
    }

    /* Those of the client are not told apart here; all are asked for again. */
    @Override
    public void forget(Erasure erasure) {
        byHash.forgetAll();
    }

    /**
     * Whether nobody with a key could make another, if this client's keys were deleted; false when
     * it has none.
     */
    public boolean wouldLockOut(String client) {
        return store.wouldLockOut(client);
    }

    private static Optional<String> uuid(String text) {
        try {
            return Optional.of(UUID.fromString(text).toString());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /* Aside and now and then: nobody waits for it, and a busy key does not write all the time. */
    private void mark(String id) {
        long now = System.nanoTime();
        Long last = marked.get(id);
        if (last != null && now - last < BETWEEN_MARKS.toNanos()) {
            return;
        }
        if (marked.size() >= MOST_MARKED) {
            marked.clear();
        }
        if (last == null ? marked.putIfAbsent(id, now) == null : marked.replace(id, last, now)) {
            Thread.ofVirtual()
                    .name("access")
                    .start(() -> {
                        try {
                            store.used(id);
                        } catch (RuntimeException e) {
                            log.debug("the use of a key is not noted: {}", e.toString());
                        }
                    });
        }
    }
}
