package io.stepfree.reporting.format;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What is known in the middle of a walk and belongs at its end, on disk until then: the file is
 * only its owner's, and goes when this is closed. For one thread.
 */
final class Aside implements AutoCloseable {

    private final FileChannel file;
    private final OutputStream out;

    Aside() throws IOException {
        Path path = Files.createTempFile("stepfree-report-", ".part");
        // On Linux a file that is to be deleted when it is closed loses its name when it is opened.
        file =
                FileChannel.open(
                        path,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
        out = new BufferedOutputStream(Channels.newOutputStream(file));
    }

    OutputStream out() {
        return out;
    }

    /** Copies all that was put aside. */
    void copyTo(OutputStream to) throws IOException {
        out.flush();
        file.position(0);
        Channels.newInputStream(file).transferTo(to);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
