package io.stepfree.gateway.admission;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes and reads ids: UUIDs of version 7 (RFC 9562, 5.7), which sort by the millisecond they were
 * made in and cannot be guessed from one another. Thread-safe.
 */
public final class ScanIds {

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

    /** The id in its one canonical form, or empty when this is not a UUID. */
    public static Optional<String> read(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        return FORM.matcher(lower).matches() ? Optional.of(lower) : Optional.empty();
    }
}
