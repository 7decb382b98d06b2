package io.stepfree.scheduler.site;

import io.stepfree.platform.request.MadeScanId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names what belongs to a site by hashes, the same whenever it is asked for. */
final class PageIds {

    private static final int KEY_BYTES = 16;

    private PageIds() {}

    /**
     * The id of the scan of one page of a site, with the moment of the site's own id. So a page
     * that is submitted again, whatever for, is the same scan.
     *
     * @param address in its one form
     */
    static String scanId(String siteId, String address) {
        return MadeScanId.of(MadeScanId.moment(siteId), siteId + "\n" + address);
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
