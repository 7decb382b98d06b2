package io.stepfree.gateway.findings;

import io.stepfree.gateway.admission.FindingFilter;
import io.stepfree.gateway.scans.CursorKey;
import io.stepfree.gateway.scans.SignedCursors;
import io.stepfree.platform.problem.ProblemException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The places where pages of findings end, as signed words. Thread-safe. */
final class FindingCursors {

    private static final int HEAD = Long.BYTES + Integer.BYTES;

    private final SignedCursors cursors;

    FindingCursors(CursorKey key) {
        this.cursors = new SignedCursors(key, "findings 2");
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
        return cursors.word(
                list(client, filter),
                ByteBuffer.allocate(HEAD + scan.length)
                        .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, place.completedAt()))
                        .putInt(place.place())
                        .put(scan)
                        .array());
    }

    /**
     * The place that the word stands for.
     *
     * @throws ProblemException when this client was not given this word with this filter
     */
    Place read(String client, FindingFilter filter, String word) {
        byte[] bytes = cursors.place(list(client, filter), word);
        var place = ByteBuffer.wrap(bytes);
        return new Place(
                Instant.EPOCH.plus(place.getLong(), ChronoUnit.MICROS),
                new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.UTF_8),
                place.getInt());
    }

    private static List<@Nullable Object> list(String client, FindingFilter filter) {
        return Arrays.asList(
                client,
                filter.scan(),
                filter.rule(),
                filter.criterion(),
                filter.host(),
                filter.impact(),
                filter.kind(),
                filter.state(),
                filter.fingerprint(),
                filter.template(),
                filter.decision(),
                filter.assignee(),
                filter.text(),
                filter.from(),
                filter.to());
    }
}
