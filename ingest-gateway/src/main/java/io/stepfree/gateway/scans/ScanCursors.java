package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.ScanFilter;
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
 * Writes the place where a page of scans ended as a word, and reads it again. To clients the word
 * has no meaning. It is signed (HMAC-SHA256, cut to 128 bits, RFC 2104, 5) together with the client
 * and the filter of its list, so that it is of no use to anybody else or in another list.
 * Thread-safe.
 */
public final class ScanCursors {

    /** What is signed here, so that the key never signs the same for something else. */
    private static final String PURPOSE = "scans 1";

    private static final int SIGNATURE = 16;
    private static final int HEAD = SIGNATURE + Long.BYTES;
    private static final int LONGEST = 4_000;

    private final CursorKey key;

    /**
     * The last scan of a page; the next page begins after it.
     *
     * @param submittedAt when it was submitted, in microseconds as the database keeps it
     */
    record Place(Instant submittedAt, String scanId) {}

    public ScanCursors(CursorKey key) {
        this.key = key;
    }

    /** The word; letters, digits, - and _ only. */
    String word(String client, ScanFilter filter, Place place) {
        byte[] scan = place.scanId().getBytes(StandardCharsets.UTF_8);
        byte[] bytes =
                ByteBuffer.allocate(HEAD + scan.length)
                        .position(SIGNATURE)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, place.submittedAt()))
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
    Place read(String client, ScanFilter filter, String word) {
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
                new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.UTF_8));
    }

    /** Of all that comes after the signature, and of whose list it is in. */
    private byte[] signature(String client, ScanFilter filter, byte[] bytes) {
        var list = new StringBuilder(PURPOSE);
        add(list, client);
        add(list, filter.status());
        add(list, filter.host());
        add(list, filter.batch());
        add(list, filter.from());
        add(list, filter.to());
        add(list, filter.scoreFrom());
        add(list, filter.scoreTo());
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
