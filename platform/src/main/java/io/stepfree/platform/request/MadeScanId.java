package io.stepfree.platform.request;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids of scans that nobody asked for one by one, made of what they are scans of. Whoever orders
 * such a scan again, because it crashed or was told twice, orders the same one, which the scheduler
 * begins once. Stateless.
 */
public final class MadeScanId {

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_10 = 0x8000_0000_0000_0000L;
    private static final int BITS_BEHIND_MILLIS = 16;

    private MadeScanId() {}

    /**
     * A UUID of version 7 (RFC 9562, 5.7) with a moment, to the millisecond, and a hash where
     * others have chance.
     *
     * @param moment where it stands among other ids
     * @param name what makes it different from all others
     */
    public static String of(Instant moment, String name) {
        ByteBuffer hash = ByteBuffer.wrap(hash(name));
        long time = moment.toEpochMilli() << BITS_BEHIND_MILLIS;
        long high = time | VERSION_7 | (hash.getLong() & 0x0fffL);
        long low = VARIANT_10 | (hash.getLong() >>> 2);
        return new UUID(high, low).toString();
    }

    /**
     * The moment of an id of version 7.
     *
     * @throws IllegalArgumentException if it is no UUID
     */
    public static Instant moment(String id) {
        return Instant.ofEpochMilli(
                UUID.fromString(id).getMostSignificantBits() >>> BITS_BEHIND_MILLIS);
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
