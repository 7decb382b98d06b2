package io.stepfree.gateway.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stepfree.gateway.cache.CacheMeters.Level;
import io.stepfree.gateway.live.ScanEventListener;
import io.stepfree.platform.erasure.ClientMemory;
import io.stepfree.platform.erasure.ErasedClients;
import io.stepfree.platform.erasure.Erasure;
import io.stepfree.schemas.scan.PublishedReport;
import io.stepfree.schemas.scan.ScanEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of the last minutes: in this gateway's memory, on a server that all gateways share
 * where there is one, and in the database. A newer result, which every gateway hears of, takes the
 * place of an older one. Looking takes a bounded time whatever is away; what is not found in it is
 * not there. Thread-safe.
 */
public final class ResultCache implements ScanEventListener, ClientMemory {

    private static final Logger log = LoggerFactory.getLogger(ResultCache.class);

    /* Those who look far at once: with a database that hangs, no more than these hang with it. */
    private static final int LOOKING_FAR = 16;

    /** What an entry takes beside its text. */
    private static final int ENTRY_BYTES = 500;

    private final CacheProperties properties;
    private final SharedCache shared;
    private final ResultSource source;
    private final CacheMeters meters;
    private final InstantSource clock;
    private final Cache<String, KnownResult> memory;
    private final Newest newest;
    private final ErasedClients erased = new ErasedClients();
    private final Semaphore lookingFar = new Semaphore(LOOKING_FAR);

    ResultCache(
            CacheProperties properties,
            SharedCache shared,
            ResultSource source,
            CacheMeters meters,
            InstantSource clock) {
        this.properties = properties;
        this.shared = shared;
        this.source = source;
        this.meters = meters;
        this.clock = clock;
        this.memory =
                Caffeine.newBuilder()
                        .expireAfterWrite(properties.keep())
                        .maximumWeight(properties.memoryBytes())
                        // Latin letters take one byte each, others two.
                        .weigher((String _, KnownResult result) ->
                                ENTRY_BYTES + 2 * result.json().length())
                        .build();
        this.newest = new Newest(properties.keep());
    }

    /**
     * An earlier result.
     *
     * @param age since its page was seen, never negative
     * @param left for how long it goes on to be one
     */
    public record Hit(KnownResult result, Duration age, Duration left) {}

    private record Found(KnownResult result, Level level) {}

    /** Whether it answers anything. */
    public boolean enabled() {
        return properties.enabled();
    }

    /** How old a result may be. */
    public Duration keep() {
        return properties.keep();
    }

    /**
     * The newest result of a client's scans with this key, unless it is too old.
     *
     * @param oldest the greatest age that will do
     */
    public Optional<Hit> find(String client, String key, Duration oldest) {
        if (!properties.enabled()) {
            return Optional.empty();
        }
        Optional<Hit> hit = near(client, key, oldest).or(() -> far(client, key, oldest));
        if (hit.isEmpty()) {
            meters.missed();
        }
        return hit;
    }

    private Optional<Hit> near(String client, String key, Duration oldest) {
        return Optional.ofNullable(memory.getIfPresent(key))
                .flatMap(result -> hit(client, key, new Found(result, Level.MEMORY), oldest));
    }

    private Optional<Hit> far(String client, String key, Duration oldest) {
        if (!lookingFar.tryAcquire()) {
            return Optional.empty();
        }
        var look = new FutureTask<>(() -> lookFar(client, key));
        Thread.ofVirtual().name("cache").start(look);
        try {
            return look.get(properties.patience().toMillis(), TimeUnit.MILLISECONDS)
                    .flatMap(found -> hit(client, key, found, oldest));
        } catch (TimeoutException _) {
            // It goes on, and who comes next finds it in memory.
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            log.debug("An earlier result could not be looked for", e.getCause());
            return Optional.empty();
        }
    }

    private Optional<Found> lookFar(String client, String key) {
        try {
            Optional<KnownResult> other =
                    shared.find(key).filter(result -> isGood(client, key, result));
            if (other.isPresent()) {
                memory.put(key, other.get());
                return other.map(result -> new Found(result, Level.SHARED));
            }
            Optional<KnownResult> stored =
                    source.newest(client, key, clock.instant().minus(properties.keep()))
                            .filter(result -> isGood(client, key, result));
            stored.ifPresent(result -> {
                memory.put(key, result);
                shared.put(key, result, properties.keep().minus(age(result)));
                if (!isGood(client, key, result)) {
                    // A newer one or an erasure was told meanwhile, perhaps before this one was
                    // there.
                    shared.remove(List.of(key));
                }
            });
            return stored.map(result -> new Found(result, Level.DATABASE));
        } finally {
            lookingFar.release();
        }
    }

    private Optional<Hit> hit(String client, String key, Found found, Duration oldest) {
        KnownResult result = found.result();
        Duration age = age(result);
        if (!isGood(client, key, result) || age.compareTo(oldest) > 0) {
            return Optional.empty();
        }
        meters.hit(found.level());
        return Optional.of(new Hit(result, age, properties.keep().minus(age)));
    }

    private boolean isGood(String client, String key, KnownResult result) {
        return result.client().equals(client)
                && newest.allows(key, result)
                && !isErased(result)
                && age(result).compareTo(properties.keep()) < 0;
    }

    /* The worker's clock may be ahead of ours. */
    private Duration age(KnownResult result) {
        Instant now = clock.instant();
        return result.completedAt().isAfter(now)
                ? Duration.ZERO
                : Duration.between(result.completedAt(), now);
    }

    @Override
    public void hear(ScanEvent event) {
        PublishedReport report = event.getReport();
        if (report == null || !properties.enabled()) {
            return;
        }
        String key = report.getRepeatKey();
        newest.hear(key, report.getCompletedAt(), report.getEngine());
        // At the start one hears of many that nobody has any more.
        boolean recent = report.getCompletedAt().isAfter(clock.instant().minus(properties.keep()));
        if (recent && !key.isEmpty()) {
            memory.invalidate(key);
            shared.remove(List.of(key));
        }
    }

    /* What is on the server goes for all gateways at once; these are those put there meanwhile. */
    @Override
    public void forget(Erasure erasure) {
        erased.hear(erasure);
        List<String> keys =
                memory.asMap().entrySet().stream()
                        .filter(known -> isErased(known.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        memory.invalidateAll(keys);
        if (!keys.isEmpty()) {
            shared.remove(keys);
        }
    }

    private boolean isErased(KnownResult result) {
        return erased.cover(result.client(), result.submittedAt());
    }
}
