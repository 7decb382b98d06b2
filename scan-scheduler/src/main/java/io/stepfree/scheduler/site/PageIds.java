package io.stepfree.scheduler.site;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** Names what belongs to a site by hashes, the same whenever it is asked for. */
final class PageIds {

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT_10 = 0x8000_0000_0000_0000L;
    private static final int KEY_BYTES = 16;

    private PageIds() {}

    /**
     * The id of the scan of one page of a site: a UUID of version 7 (RFC 9562, 5.7) with the moment
     * of the site's own id, the rest a hash of both. So a page that is submitted again, whatever
     * for, is the same scan, which the scheduler begins once.
     *
     * @param address in its one form
     */
    static String scanId(String siteId, String address) {
        ByteBuffer hash = ByteBuffer.wrap(hash(siteId + "\n" + address));
        long time = UUID.fromString(siteId).getMostSignificantBits() & ~0xffffL;
        long high = time | VERSION_7 | (hash.getLong() & 0x0fffL);
        long low = VARIANT_10 | (hash.getLong() >>> 2);
        return new UUID(high, low).toString();
    }

    /** A short name of an address, which may be thousands of characters long. */
    static String key(String address) {
        return HexFormat.of().formatHex(hash(address), 0, KEY_BYTES);
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
