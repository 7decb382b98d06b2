package io.stepfree.gateway.scans;

import io.stepfree.gateway.admission.ScanFilter;
import io.stepfree.platform.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The places where pages of scans end, as signed words. Thread-safe. */
public final class ScanCursors {

    private final SignedCursors cursors;

    /**
     * The last scan of a page; the next page begins after it.
     *
     * @param submittedAt when it was submitted, in microseconds as the database keeps it
     */
    record Place(Instant submittedAt, String scanId) {}

    public ScanCursors(CursorKey key) {
        this.cursors = new SignedCursors(key, "scans 1");
    }

    /** The word; letters, digits, - and _ only. */
    String word(String client, ScanFilter filter, Place place) {
        byte[] scan = place.scanId().getBytes(StandardCharsets.UTF_8);
        return cursors.word(
                list(client, filter),
                ByteBuffer.allocate(Long.BYTES + scan.length)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, place.submittedAt()))
                        .put(scan)
                        .array());
    }

    /**
     * The place that the word stands for.
     *
     * @throws ProblemException when this client was not given this word with this filter
     */
    Place read(String client, ScanFilter filter, String word) {
        byte[] place = cursors.place(list(client, filter), word);
        return new Place(
                Instant.EPOCH.plus(ByteBuffer.wrap(place).getLong(), ChronoUnit.MICROS),
                new String(place, Long.BYTES, place.length - Long.BYTES, StandardCharsets.UTF_8));
    }

    private static List<@Nullable Object> list(String client, ScanFilter filter) {
        return Arrays.asList(
                client,
                filter.status(),
                filter.host(),
                filter.batch(),
                filter.from(),
                filter.to(),
                filter.scoreFrom(),
                filter.scoreTo());
    }
}
