package io.stepfree.gateway.audit;

import io.stepfree.platform.problem.FieldError;
import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The row after which a page of the audit log goes on. To clients it is a word without a meaning.
 *
 * @param at when it happened, in microseconds as the database keeps it
 */
record AuditCursor(Instant at, UUID id) {

    private static final int LENGTH = Integer.BYTES + 3 * Long.BYTES;

    static AuditCursor of(AuditEntry last) {
        return new AuditCursor(last.at(), last.id());
    }

    /** The word; letters, digits, - and _ only. */
    String word() {
        var bytes =
                ByteBuffer.allocate(LENGTH)
                        .putInt(0)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at))
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits());
        bytes.putInt(0, check(bytes.array()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * The place that the word stands for.
     *
     * @throws ProblemException when it is none, or was damaged on its way
     */
    static AuditCursor read(String word) {
        byte[] bytes;
        try {
            bytes = word.length() > 2 * LENGTH ? new byte[0] : Base64.getUrlDecoder().decode(word);
        } catch (IllegalArgumentException _) {
            bytes = new byte[0];
        }
        if (bytes.length != LENGTH || ByteBuffer.wrap(bytes).getInt() != check(bytes)) {
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
        return new AuditCursor(
                Instant.EPOCH.plus(fields.getLong(), ChronoUnit.MICROS),
                new UUID(fields.getLong(), fields.getLong()));
    }

    private static int check(byte[] bytes) {
        var sum = new CRC32();
        sum.update(bytes, Integer.BYTES, bytes.length - Integer.BYTES);
        return (int) sum.getValue();
    }
}
