package io.stepfree.gateway.findings;

import io.stepfree.gateway.admission.FindingFilter;
import io.stepfree.gateway.scans.CursorKey;
import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Writes the place where a page of findings ended as a word, and reads it again. To clients the
 * word has no meaning. It is signed (HMAC-SHA256, cut to 128 bits, RFC 2104, 5) together with the
 * client and the filter of its list, so that it is of no use to anybody else or in another list.
 * Thread-safe.
 */
final class FindingCursors {

    /** What is signed here, so that the key never signs the same for something else. */
    private static final String PURPOSE = "findings 1";

    private static final int SIGNATURE = 16;
    private static final int HEAD = SIGNATURE + Long.BYTES + Integer.BYTES;
    private static final int LONGEST = 4_000;

    private final CursorKey key;

    FindingCursors(CursorKey key) {
        this.key = key;
    }

    /**
     * The last finding that was looked at for a page; the next page begins after it.
     *
     * @param completedAt when its page had been seen, in microseconds as the database keeps it
     * @param place where it stands within its scan
     */
    record Place(Instant completedAt, String scanId, int place) {}

    /** The word; letters, digits, - and _ only. */
    String word(String client, FindingFilter filter, Place place) {
        byte[] scan = place.scanId().getBytes(StandardCharsets.UTF_8);
        byte[] bytes =
                ByteBuffer.allocate(HEAD + scan.length)
                        .position(SIGNATURE)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, place.completedAt()))
                        .putInt(place.place())
                        .put(scan)
                        .array();
        System.arraycopy(signature(client, filter, bytes), 0, bytes, 0, SIGNATURE);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The place that the word stands for.
     *
     * @throws ProblemException when this client was not given this word with this filter
     */
    Place read(String client, FindingFilter filter, String word) {
        byte[] bytes;
        try {
            bytes = word.length() > LONGEST ? new byte[0] : Base64.getUrlDecoder().decode(word);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length < HEAD
                || !MessageDigest.isEqual(
                        Arrays.copyOf(bytes, SIGNATURE), signature(client, filter, bytes))) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter cursor is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "cursor",
                                    word,
                                    "is damaged, or of another list; send the value of next from the page before with the same filters, or none for the first page")));
        }
        var place = ByteBuffer.wrap(bytes, SIGNATURE, bytes.length - SIGNATURE);
        return new Place(
                Instant.EPOCH.plus(place.getLong(), ChronoUnit.MICROS),
                new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.UTF_8),
                place.getInt());
    }

    /** Of all that comes after the signature, and of whose list it is in. */
    private byte[] signature(String client, FindingFilter filter, byte[] bytes) {
        var list = new StringBuilder(PURPOSE);
        add(list, client);
        add(list, filter.scan());
        add(list, filter.rule());
        add(list, filter.criterion());
        add(list, filter.host());
        add(list, filter.impact());
        add(list, filter.kind());
        add(list, filter.state());
        add(list, filter.fingerprint());
        add(list, filter.text());
        add(list, filter.from());
        add(list, filter.to());
        try {
            Mac mac = Mac.getInstance(CursorKey.ALGORITHM);
            mac.init(key.get());
            mac.update(list.toString().getBytes(StandardCharsets.UTF_8));
            mac.update(bytes, SIGNATURE, bytes.length - SIGNATURE);
            return Arrays.copyOf(mac.doFinal(), SIGNATURE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + CursorKey.ALGORITHM, e);
        }
    }

    /** With its length before it, so that no two lists read the same. */
    private static void add(StringBuilder list, @Nullable Object part) {
        if (part == null) {
            list.append(" -");
        } else {
            String text = part.toString();
            list.append(' ').append(text.length()).append(':').append(text);
        }
    }
}
