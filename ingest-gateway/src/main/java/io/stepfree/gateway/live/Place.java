package io.stepfree.gateway.live;

import io.stepfree.platform.problem.ProblemException;
import io.stepfree.platform.problem.ProblemType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Where a client is in the events of one scan or batch: it has seen all up to here. Good at every
 * gateway and after a restart, because it speaks of the topic. To clients it is a word without a
 * meaning, the id of an event.
 *
 * @param partition of scan.events
 * @param offset of the last record seen
 * @param mark how far the scan or batch was
 * @param ofState whether a state was shown last, which may also have told of later records
 */
record Place(int partition, long offset, Mark mark, boolean ofState) {

    /** The header in which a browser sends the last id it has seen (WHATWG HTML, 9.2). */
    static final String HEADER = "Last-Event-ID";

    private static final int BODY = Integer.BYTES + Long.BYTES + Long.BYTES + Byte.BYTES;
    private static final int LENGTH = Integer.BYTES + BODY;

    /** The word; letters, digits, - and _ only. */
    String word(Subject subject) {
        var bytes = ByteBuffer.allocate(LENGTH);
        bytes.putInt(0)
                .putInt(partition)
                .putLong(offset)
                .putLong(mark.value())
                .put((byte) (ofState ? 1 : 0));
        bytes.putInt(0, check(bytes.array(), subject));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /**
     * The place that the word stands for.
     *
     * @param partitions how many there are
     * @throws ProblemException when it is none of this subject, or was damaged on its way
     */
    static Place read(String word, Subject subject, int partitions) {
        return decoded(word)
                .filter(bytes -> bytes.length == LENGTH)
                .filter(bytes -> ByteBuffer.wrap(bytes).getInt() == check(bytes, subject))
                .map(Place::of)
                .filter(place -> place.partition >= 0 && place.partition < partitions)
                .filter(place -> place.offset >= -1 && place.offset < Long.MAX_VALUE)
                .orElseThrow(() ->
                        new ProblemException(
                                ProblemType.BAD_REQUEST,
                                "The header %s is not the id of an event of this stream, or is damaged; send the one that came last, or none to begin with the present state."
                                        .formatted(HEADER)));
    }

    private static Place of(byte[] bytes) {
        var fields = ByteBuffer.wrap(bytes, Integer.BYTES, BODY);
        return new Place(
                fields.getInt(), fields.getLong(), new Mark(fields.getLong()), fields.get() == 1);
    }

    private static Optional<byte[]> decoded(String word) {
        try {
            return word.length() > 2 * LENGTH
                    ? Optional.empty()
                    : Optional.of(Base64.getUrlDecoder().decode(word));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int check(byte[] bytes, Subject subject) {
        var sum = new CRC32();
        sum.update(bytes, Integer.BYTES, BODY);
        sum.update(subject.kind().name().getBytes(StandardCharsets.US_ASCII));
        sum.update(subject.key());
        return (int) sum.getValue();
    }
}
