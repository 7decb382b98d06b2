package io.stepfree.printing;

import io.stepfree.reporting.format.PrintingException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Takes so many bytes and then no more. Not thread-safe. */
final class BoundedOutput extends FilterOutputStream {

    private final long most;
    private long left;

    /**
     * @param most how many bytes it takes
     */
    BoundedOutput(OutputStream out, long most) {
        super(out);
        this.most = most;
        this.left = most;
    }

    @Override
    public void write(int one) throws IOException {
        take(1);
        out.write(one);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        take(length);
        out.write(bytes, from, length);
    }

    private void take(int length) throws PrintingException {
        left -= length;
        if (left < 0) {
            throw new PrintingException(
                    PrintingException.Reason.TOO_LARGE,
                    "As a page it is longer than the %,d KB that are printed"
                            .formatted(most / 1000));
        }
    }
}
