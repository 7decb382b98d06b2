package io.stepfree.gateway.admission;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes and reads ids: UUIDs of version 7 (RFC 9562, 5.7), which sort by the millisecond they were
 * made in and cannot be guessed from one another. Thread-safe.
 */
public final class ScanIds {

    /** How many rows can have an id of one seed. */
    public static final int ROWS = 1 << 14;

    private static final Pattern FORM =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_10 = 0x8000_0000_0000_0000L;

    private final SecureRandom random = new SecureRandom();

    /** A new id that carries this moment. */
    public UUID next(Instant now) {
        long time = now.toEpochMilli() << 16;
        long high = time | VERSION_7 | (random.nextInt() & 0x0fffL);
        long low = VARIANT_10 | (random.nextLong() >>> 2);
        return new UUID(high, low);
    }

    /**
     * The id of one row of many, the same whenever it is asked for. Those of a seed sort by row and
     * are all different, because the row takes the place of the first random bits (RFC 9562, 6.2,
     * method 1); the others are a hash of both.
     *
     * @param seed an id made by {@link #next}
     * @param row less than {@link #ROWS}
     */
    public static UUID ofRow(UUID seed, int row) {
        Objects.checkIndex(row, ROWS);
        long hash = hash(seed, row);
        long high = (seed.getMostSignificantBits() & ~0xffffL) | VERSION_7 | (row >>> 2);
        long low = VARIANT_10 | ((row & 3L) << 60) | (hash >>> 4);
        return new UUID(high, low);
    }

    /**
     * The id of what one time of a schedule brings, the same whenever it is asked for; it carries
     * that time.
     *
     * @param schedule an id made by {@link #next}
     */
    public static UUID ofTime(UUID schedule, Instant time) {
        byte[] both =
                ByteBuffer.allocate(3 * Long.BYTES)
                        .putLong(schedule.getMostSignificantBits())
                        .putLong(schedule.getLeastSignificantBits())
                        .putLong(time.toEpochMilli())
                        .array();
        ByteBuffer hash = digest(both);
        long high = (time.toEpochMilli() << 16) | VERSION_7 | (hash.getLong() & 0x0fffL);
        return new UUID(high, VARIANT_10 | (hash.getLong() >>> 2));
    }

    private static long hash(UUID seed, int row) {
        byte[] both =
                ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                        .putLong(seed.getMostSignificantBits())
                        .putLong(seed.getLeastSignificantBits())
                        .putInt(row)
                        .array();
        return digest(both).getLong();
    }

    private static ByteBuffer digest(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** The id in its one canonical form, or empty when this is not a UUID. */
    public static Optional<String> read(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        return FORM.matcher(lower).matches() ? Optional.of(lower) : Optional.empty();
    }
}
