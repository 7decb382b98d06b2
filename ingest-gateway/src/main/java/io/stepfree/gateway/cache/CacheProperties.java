package io.stepfree.gateway.cache;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Whether, and for how long, a scan that asks for the same as an earlier one is answered with that
 * one's result.
 *
 * @param enabled false scans anew whatever was scanned before
 * @param keep how old a result may be, from when its page was seen; 1s to 1d
 * @param memory how much of each gateway's memory results may take, 1MB to 4GB
 * @param patience how long a submit waits at most for what is not in memory; then it scans anew.
 *     10ms to 5s
 * @param redis a server for results that all gateways share; without one they are read from
 *     PostgreSQL
 */
@ConfigurationProperties("stepfree.cache")
public record CacheProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("15m") Duration keep,
        @DefaultValue("64MB") DataSize memory,
        @DefaultValue("250ms") Duration patience,
        @DefaultValue Redis redis) {

    private static final String PREFIX = "stepfree.cache.";

    /**
     * A Redis or Valkey server. While it does not answer, results are read from PostgreSQL.
     *
     * @param address as redis://cache.internal:6379, with rediss for TLS, and a password before
     *     an @; empty for none
     * @param timeout how long it may take to connect or to answer, 1ms to 1s
     * @param largest the largest result that is kept there, 1KB to 16MB; larger ones are read from
     *     PostgreSQL
     */
    public record Redis(
            @DefaultValue("") String address,
            @DefaultValue("50ms") Duration timeout,
            @DefaultValue("1MB") DataSize largest) {

        public Redis {
            if (!address.isEmpty() && !address.matches("rediss?://\\S+")) {
                // It may have a password in it, which is not told.
                throw new IllegalArgumentException(
                        PREFIX
                                + "redis.address is no address such as redis://cache.internal:6379; set one, or leave it empty");
            }
            between("redis.timeout", timeout, Duration.ofMillis(1), Duration.ofSeconds(1));
            between("redis.largest", largest, DataSize.ofKilobytes(1), DataSize.ofMegabytes(16));
        }

        long largestBytes() {
            return largest.toBytes();
        }

        boolean isSet() {
            return !address.isEmpty();
        }

        /* Without the password that may be in the address. */
        @Override
        public String toString() {
            return "Redis[timeout=%s, largest=%s]".formatted(timeout, largest);
        }
    }

    public CacheProperties {
        between("keep", keep, Duration.ofSeconds(1), Duration.ofDays(1));
        between("memory", memory, DataSize.ofMegabytes(1), DataSize.ofGigabytes(4));
        between("patience", patience, Duration.ofMillis(10), Duration.ofSeconds(5));
    }

    long memoryBytes() {
        return memory.toBytes();
    }

    private static <T extends Comparable<T>> void between(String name, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s%s %s is not between %s and %s".formatted(PREFIX, name, value, least, most));
        }
    }
}
