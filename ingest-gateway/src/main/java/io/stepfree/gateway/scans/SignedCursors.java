package io.stepfree.gateway.scans;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Writes the place where a page of a list ended as a word, and reads it again. To clients the word
 * has no meaning. It is signed (HMAC-SHA256, cut to 128 bits, RFC 2104, 5) together with the list
 * that it is a place in, so that it is of no use to anybody else or in another list. Thread-safe.
 */
public final class SignedCursors {

    private static final int SIGNATURE = 16;
    private static final int LONGEST = 4_000;

    private final CursorKey key;
    private final String purpose;

    /**
     * @param purpose what is signed here, so that the key never signs the same for something else
     */
    public SignedCursors(CursorKey key, String purpose) {
        this.key = key;
        this.purpose = purpose;
    }

    /**
     * The word; letters, digits, - and _ only.
     *
     * @param list whose list it is, and by what it is filtered
     * @param place where the page ended
     */
    public String word(List<? extends @Nullable Object> list, byte[] place) {
        byte[] bytes = new byte[SIGNATURE + place.length];
        System.arraycopy(place, 0, bytes, SIGNATURE, place.length);
        System.arraycopy(signature(list, bytes), 0, bytes, 0, SIGNATURE);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The place that the word stands for.
     *
     * @throws ProblemException when it was not given for this list
     */
    public byte[] place(List<? extends @Nullable Object> list, String word) {
        byte[] bytes;
        try {
            bytes = word.length() > LONGEST ? new byte[0] : Base64.getUrlDecoder().decode(word);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length < SIGNATURE
                || !MessageDigest.isEqual(
                        Arrays.copyOf(bytes, SIGNATURE), signature(list, bytes))) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter cursor is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "cursor",
                                    word,
                                    "is damaged, or of another list; send the value of next from the page before with the same filters, or none for the first page")));
        }
        return Arrays.copyOfRange(bytes, SIGNATURE, bytes.length);
    }

    /** Of all that comes after the signature, and of the list. */
    private byte[] signature(List<? extends @Nullable Object> list, byte[] bytes) {
        var name = new StringBuilder(purpose);
        list.forEach(part -> add(name, part));
        try {
            Mac mac = Mac.getInstance(CursorKey.ALGORITHM);
            mac.init(key.get());
            mac.update(name.toString().getBytes(StandardCharsets.UTF_8));
            mac.update(bytes, SIGNATURE, bytes.length - SIGNATURE);
            return Arrays.copyOf(mac.doFinal(), SIGNATURE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + CursorKey.ALGORITHM, e);
        }
    }

    /** With its length before it, so that no two lists read the same. */
    private static void add(StringBuilder name, @Nullable Object part) {
        if (part == null) {
            name.append(" -");
        } else {
            String text = part.toString();
            name.append(' ').append(text.length()).append(':').append(text);
        }
    }
}
