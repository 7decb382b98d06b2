package io.stepfree.reports.relook;

import io.stepfree.schemas.scan.ScanRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Names second looks, the same whenever it is asked for. */
final class RelookIds {

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_10 = 0x8000_0000_0000_0000L;
    private static final int MILLIS_BITS = 48;

    private RelookIds() {}

    /**
     * The id of the scan that looks again at the page of another: a UUID of version 7 (RFC 9562,
     * 5.7) with the moment at which that was submitted, the rest a hash of its id. So one that is
     * ordered again is the same scan, which the scheduler begins once.
     */
    static String of(ScanRequest first) {
        ByteBuffer hash = ByteBuffer.wrap(hash("relook\n" + first.getScanId()));
        long time = first.getSubmittedAt().toEpochMilli() << (Long.SIZE - MILLIS_BITS);
        long high = time | VERSION_7 | (hash.getLong() & 0x0fffL);
        long low = VARIANT_10 | (hash.getLong() >>> 2);
        return new UUID(high, low).toString();
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
