package io.stepfree.gateway.bulk;

import io.stepfree.gateway.admission.ScanDefaults;
import io.stepfree.gateway.admission.StrictJson;
import io.stepfree.platform.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A scan in each line, as {@code application/x-ndjson}; empty lines are passed over. A line holds
 * whatever is wrong with it for itself, also bytes that are not UTF-8.
 */
final class LineRows implements Rows {

    private static final StrictJson JSON = new StrictJson("row");
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    private static final int BUFFER_BYTES = 16 * 1024;

    private final InputStream body;
    private final Bounds bounds;
    private final @Nullable String batch;
    private final ScanDefaults defaults;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int end;

    /** The line that was read last, as far as a row may go and one byte on. */
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private boolean first = true;
    private int number;

    LineRows(InputStream body, BulkQuery query, Bounds bounds) {
        this.body = body;
        this.bounds = bounds;
        this.batch = query.batch();
        this.defaults = ScanDefaults.ofQuery(query.standard(), query.priority());
    }

    @Override
    public @Nullable Row next() {
        while (readLine()) {
            byte[] bytes = withoutMark(line.toByteArray());
            if (!isBlank(bytes)) {
                return row(++number, bytes);
            }
        }
        return null;
    }

    private Row row(int number, byte[] bytes) {
        if (number > bounds.rows()) {
            return new Row.Surplus(number);
        }
        if (bytes.length > bounds.longest()) {
            return Row.Illegible.tooLong(number, bounds.longest());
        }
        try {
            return new Row.Legible(number, JSON.parse(bytes));
        } catch (ProblemException e) {
            return new Row.Illegible(number, e.errors());
        }
    }

    /** Whether there is one more. */
    private boolean readLine() {
        line.reset();
        boolean any = false;
        while (position < end || fill()) {
            any = true;
            int from = position;
            while (position < end && buffer[position] != '\n') {
                position++;
            }
            int room = bounds.longest() + 1 + BYTE_ORDER_MARK.length - line.size();
            line.write(buffer, from, Math.min(position - from, room));
            if (position < end) {
                position++;
                return true;
            }
        }
        return any;
    }

    private boolean fill() {
        try {
            end = body.read(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        position = 0;
        return end > 0;
    }

    private byte[] withoutMark(byte[] bytes) {
        int length = BYTE_ORDER_MARK.length;
        boolean marked =
                first
                        && bytes.length >= length
                        && Arrays.equals(bytes, 0, length, BYTE_ORDER_MARK, 0, length);
        first = false;
        return marked ? Arrays.copyOfRange(bytes, length, bytes.length) : bytes;
    }

    private static boolean isBlank(byte[] bytes) {
        for (byte one : bytes) {
            if (one != ' ' && one != '\t' && one != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public @Nullable String batch() {
        return batch;
    }

    @Override
    public ScanDefaults defaults() {
        return defaults;
    }
}
