package io.stepfree.load.chaos.driver;

import io.stepfree.load.measure.MeasurementException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the driver asked and was answered, a JSON object a line. A line is on the disk when {@link
 * #write} returns: a question before it is asked, an answer before anything follows from it.
 * Thread-safe.
 */
public final class DriverLog implements AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final FileChannel channel;

    DriverLog(Path file) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    synchronized void write(DriverEntry entry) throws IOException {
        var line =
                ByteBuffer.wrap(
                        (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
        channel.force(false);
    }

    /** All whole lines of a log, in order; empty where there is none yet. */
    public static List<DriverEntry> read(Path file) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(line -> JSON.readValue(line, DriverEntry.class))
                    .toList();
        } catch (IOException e) {
            throw new MeasurementException("%s cannot be read (%s).".formatted(file, e), e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
