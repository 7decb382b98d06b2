package io.stepfree.gateway.cache;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.stepfree.platform.boot.CannotStartException;
import io.stepfree.platform.breaker.Breaker;
import io.stepfree.platform.breaker.BreakerOpenException;
import io.stepfree.platform.breaker.Breakers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Results on a Redis or Valkey server. A breaker stands before it: somebody waits for the answer.
 * Thread-safe; each call takes no longer than twice the time-out, to connect and to answer.
 */
final class RedisCache implements SharedCache {

    private static final Logger log = LoggerFactory.getLogger(RedisCache.class);

    /** Another form of what is stored needs another name. */
    private static final String PREFIX = "stepfree:result:2:";

    /**
     * Of each client the keys of what is there, by when it goes: nothing else tells whose a key is.
     */
    private static final String KEYS_OF = "stepfree:results-of:1:";

    private static final int AT_ONCE = 1_000;

    private static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration LONGEST_KEEP = Duration.ofDays(1);
    private static final Duration BETWEEN_CONNECTS = Duration.ofSeconds(1);
    private static final Duration LONGEST_END = Duration.ofSeconds(2);
    private static final int THREADS = 2;

    private final CacheProperties.Redis properties;
    private final Breaker breaker;
    private final JsonMapper json = JsonMapper.builder().build();
    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI address;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;

    RedisCache(CacheProperties.Redis properties, Breakers breakers) {
        this.properties = properties;
        this.breaker = breakers.guard("cache", _ -> true);
        this.resources =
                DefaultClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .reconnectDelay(Delay.constant(BETWEEN_CONNECTS))
                        .build();
        this.client = RedisClient.create(resources);
        client.setOptions(
                ClientOptions.builder()
                        // Who asks now has no use for an answer later.
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .socketOptions(
                                SocketOptions.builder()
                                        .connectTimeout(properties.timeout())
                                        .build())
                        .build());
        this.address = address(properties);
        address.setTimeout(properties.timeout());
    }

    /* What is wrong with it is told without it, as it may have a password. */
    private static RedisURI address(CacheProperties.Redis properties) {
        try {
            return RedisURI.create(properties.address());
        } catch (IllegalArgumentException _) {
            throw new CannotStartException(
                    "stepfree.cache.redis.address is no address of a Redis server; write redis://:password@host:6379, with what is special in the password percent-encoded");
        }
    }

    @Override
    public Optional<KnownResult> find(String key) {
        return ask(() -> await(connected().async().get(PREFIX + key).toCompletableFuture()))
                .flatMap(this::read);
    }

    @Override
    public void put(String key, KnownResult result, Duration keep) {
        if (keep.isPositive() && result.json().length() <= properties.largestBytes()) {
            byte[] value = json.writeValueAsBytes(result);
            var _ = ask(() -> await(put(result.client(), key, value, keep.toMillis())));
        }
    }

    /* The key is noted first, so that nothing is there that nobody finds. */
    private CompletableFuture<String> put(String client, String key, byte[] value, long keepMillis)
            throws Exception {
        RedisAsyncCommands<String, byte[]> server = connected().async();
        String keys = KEYS_OF + client;
        double now = System.currentTimeMillis();
        var _ = server.zadd(keys, now + keepMillis, key.getBytes(StandardCharsets.UTF_8));
        var _ = server.zremrangebyscore(keys, Range.create(0, now));
        var _ = server.pexpire(keys, LONGEST_KEEP.toMillis());
        return server.set(PREFIX + key, value, SetArgs.Builder.px(keepMillis))
                .toCompletableFuture();
    }

    @Override
    public long removeSomeOf(String client) {
        String keys = KEYS_OF + client;
        List<byte[]> some =
                ask(() ->
                                await(
                                        connected()
                                                .async()
                                                .zrange(keys, 0, AT_ONCE - 1)
                                                .toCompletableFuture()))
                        .orElse(List.of());
        if (some.isEmpty()) {
            return 0;
        }
        String[] results =
                some.stream()
                        .map(key -> PREFIX + new String(key, StandardCharsets.UTF_8))
                        .toArray(String[]::new);
        return ask(
                        () -> {
                            await(connected().async().del(results).toCompletableFuture());
                            return await(
                                    connected()
                                            .async()
                                            .zrem(keys, some.toArray(byte[][]::new))
                                            .toCompletableFuture());
                        })
                .orElse(0L);
    }

    @Override
    public long countOf(String client) {
        return ask(() -> await(connected().async().zcard(KEYS_OF + client).toCompletableFuture()))
                .orElse(0L);
    }

    @Override
    public void remove(Collection<String> keys) {
        String[] those = keys.stream().map(key -> PREFIX + key).toArray(String[]::new);
        Thread.ofVirtual()
                .name("cache")
                .start(() -> {
                    var _ = ask(() -> await(connected().async().del(those).toCompletableFuture()));
                });
    }

    private Optional<KnownResult> read(byte[] value) {
        try {
            return Optional.ofNullable(json.readValue(value, KnownResult.class));
        } catch (JacksonException e) {
            log.debug("What the cache server has is none of ours: {}", e.toString());
            return Optional.empty();
        }
    }

    private <T> Optional<T> ask(Callable<@Nullable T> question) {
        try {
            return Optional.ofNullable(breaker.call(question));
        } catch (BreakerOpenException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (Exception e) {
            log.debug("The cache server does not answer: {}", e.toString());
            return Optional.empty();
        }
    }

    private <T> T await(CompletableFuture<T> answer) throws Exception {
        return answer.get(properties.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private StatefulRedisConnection<String, byte[]> connected() throws Exception {
        return await(connecting());
    }

    /* The client connects again by itself, once it was connected. */
    private synchronized CompletableFuture<StatefulRedisConnection<String, byte[]>> connecting() {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> begun = connection;
        if (begun == null || begun.isCompletedExceptionally()) {
            begun = client.connectAsync(CODEC, address).toCompletableFuture();
            connection = begun;
        }
        return begun;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, LONGEST_END);
        var _ = resources.shutdown(0, LONGEST_END.toMillis(), TimeUnit.MILLISECONDS);
    }
}
