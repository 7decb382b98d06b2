package io.stepfree.gateway.deadletters;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The place after which a page of dead letters goes on: newest first, so it stays right while new
 * ones come, and a page at any depth costs the same. To clients it is a word without a meaning.
 *
 * @param diedAt when the last one shown had died, in microseconds as the database keeps it
 * @param scanId its scan
 * @param replays its life
 */
record Cursor(Instant diedAt, String scanId, int replays) {

    private static final int LONGEST = 4_000;
    private static final int HEAD = Integer.BYTES + Long.BYTES + Integer.BYTES;

    /** The word; letters, digits, - and _ only. */
    String word() {
        byte[] scan = scanId.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(HEAD + scan.length);
        bytes.putInt(0)
                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, diedAt))
                .putInt(replays)
                .put(scan);
        bytes.putInt(0, check(bytes.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * The place that the word stands for.
     *
     * @throws ProblemException when it is none, or was damaged on its way
     */
    static Cursor read(String word) {
        byte[] bytes;
        try {
            bytes = word.length() > LONGEST ? new byte[0] : Base64.getUrlDecoder().decode(word);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length < HEAD || ByteBuffer.wrap(bytes).getInt() != check(bytes)) {
            throw new ProblemException(
                    ProblemType.INVALID_FIELDS,
                    "The query parameter cursor is wrong.",
                    List.of(
                            FieldError.inQuery(
                                    "cursor",
                                    word,
                                    "is damaged; send the value of next from the page before, or none for the first page")));
        }
        var fields = ByteBuffer.wrap(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
        Instant diedAt = Instant.EPOCH.plus(fields.getLong(), ChronoUnit.MICROS);
        int replays = fields.getInt();
        return new Cursor(
                diedAt,
                new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.UTF_8),
                replays);
    }

    private static int check(byte[] bytes) {
        var sum = new CRC32();
        sum.update(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
        return (int) sum.getValue();
    }
}
